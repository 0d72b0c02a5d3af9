import { inspect } from 'node:util'

/** Whatever is longer than this means something. */
const SHORTEST = 20
const BLOCK = 16

/**
 * What nobody may ever see, and the search for it. Each part of a token is kept in blocks of 16 characters, and text is
 * searched at every place, so that a part that was cut off is found as well: any 31 characters in a row hold a whole block.
 */
export class Secrets {
  readonly #names = new Map<string, string>()

  get size(): number {
    return this.#names.size
  }

  /** A token, a proof, a header: what is between dots, spaces and commas counts where it is long enough. */
  addText(name: string, text: string): void {
    for (const part of text.split(/[\s.,:"]/)) if (part.length > SHORTEST) this.#addBlocks(name, part)
  }

  /** A secret in each form that it is written in. */
  addSecret(name: string, secret: string): void {
    const bytes = Buffer.from(secret)
    const forms = [
      secret,
      encodeURIComponent(secret),
      ...(['base64', 'base64url', 'hex'] as const).map(to => bytes.toString(to)),
    ]
    for (const form of forms) this.#addBlocks(name, form)
  }

  #addBlocks(name: string, text: string): void {
    for (let i = 0; i + BLOCK <= text.length; i += BLOCK) {
      const block = text.slice(i, i + BLOCK)
      if (!this.#names.has(block)) this.#names.set(block, name)
    }
  }

  /** Names of the secrets of which something stands in the text. */
  namesIn(text: string): readonly string[] {
    const found = new Set<string>()
    for (const word of new Set(text.match(/\S{16,}/g))) {
      for (let i = 0; i + BLOCK <= word.length; i++) {
        const name = this.#names.get(word.slice(i, i + BLOCK))
        if (name !== undefined) found.add(name)
      }
    }
    return [...found].sort()
  }
}

/** Bytes are printed in forms of their own: nothing that is emitted should hold any, nor a key object. */
export const BYTES_OR_KEYS: RegExp = /<Buffer|Uint8Array|"type":"Buffer"|KeyObject \{|SecureContext|PRIVATE KEY-/

/** Everything that a logger, a serialiser or a debugger could show of a value. */
export function shown(value: unknown): string {
  const everything = { depth: null, showHidden: true, getters: true, maxStringLength: null, maxArrayLength: null }
  const causes: unknown[] = []
  for (let error = value; error instanceof Error; error = error.cause) causes.push(error.stack, error.message)
  return [inspect(value, everything), JSON.stringify(value), String(value), ...causes].join('\n')
}
