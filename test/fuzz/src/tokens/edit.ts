import type { Edit, Spelling } from './recipe.ts'

/** A finished token with one change of its text. */
export function edited(token: string, edit: Edit): string {
  switch (edit.kind) {
    case 'replace':
      return spliced(token, edit.at, 1, edit.character)
    case 'insert':
      return spliced(token, edit.at, 0, edit.character)
    case 'delete':
      return spliced(token, edit.at, 1, '')
    case 'truncate':
      return token.slice(0, position(token, edit.at))
    case 'around':
      return `${edit.before}${token}${edit.after}`
    default:
      return withParts(token.split('.'), edit).join('.')
  }
}

type PartEdit = Exclude<Edit, { readonly at: number } | { readonly kind: 'around' }>

function withParts(parts: readonly string[], edit: PartEdit): readonly string[] {
  if (edit.kind === 'swap') return swapped(parts, edit.one % parts.length, edit.other % parts.length)
  const index = edit.part % parts.length
  const part = parts[index] as string
  switch (edit.kind) {
    case 'repeat part':
      return parts.toSpliced(index, 0, part)
    case 'drop part':
      return parts.toSpliced(index, 1)
    case 'serialise again':
      return parts.with(index, serialisedAgain(part))
    case 'spell':
      return parts.with(index, spelled(part, edit.as))
  }
}

function swapped(parts: readonly string[], one: number, other: number): readonly string[] {
  return parts.with(one, parts[other] as string).with(other, parts[one] as string)
}

function spliced(text: string, at: number, length: number, inserted: string): string {
  const index = position(text, at)
  return text.slice(0, index) + inserted + text.slice(index + length)
}

function position(text: string, tenThousandths: number): number {
  return Math.floor((tenThousandths / 10_000) * text.length)
}

/** Says the same in other bytes, under the signature of the first. */
function serialisedAgain(part: string): string {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return Buffer.from(JSON.stringify(value, null, 1)).toString('base64url')
  } catch {
    return part
  }
}

function spelled(part: string, as: Spelling): string {
  switch (as) {
    case 'padding':
      return part + '='.repeat((4 - (part.length % 4)) % 4)
    case 'standard alphabet':
      return part.replaceAll('-', '+').replaceAll('_', '/')
    case 'leftover bits':
      return withLeftoverBits(part)
    case 'percent':
      return part.replace(/.$/s, last => `%${last.charCodeAt(0).toString(16)}`)
    case 'line break':
      return `${part.slice(0, 40)}\n${part.slice(40)}`
    case 'upper case':
      return part.toUpperCase()
    case 'twice':
      return Buffer.from(part).toString('base64url')
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The last character carries two or four bits that no byte takes. Set, they make another text of the same bytes. */
function withLeftoverBits(part: string): string {
  const unused = [0, 0, 4, 2][part.length % 4] as number
  const last = ALPHABET.indexOf(part.at(-1) ?? '')
  return unused === 0 || last === -1 ? part : part.slice(0, -1) + ALPHABET[last | 1]
}
