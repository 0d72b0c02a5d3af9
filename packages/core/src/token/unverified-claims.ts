import { type JsonObject, type JsonValue, parseJsonObject } from '../shared/json.ts'

/**
 * The payload before its signature is checked. What it holds cannot be read as claims: it can be asked whether a claim
 * is so bad that no signature would help, and it can be turned into claims by the signature stage alone.
 */
export class UnverifiedPayload {
  readonly #bytes: Uint8Array
  #parsed: JsonObject | undefined | null = null

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Value of a claim, to refuse by and never to believe; `undefined` also where the payload is not a JSON object. */
  peek(claim: 'iss' | 'aud' | 'client_id' | 'exp'): JsonValue | undefined {
    const claims = this.#parse()
    return claims !== undefined && Object.hasOwn(claims, claim) ? claims[claim] : undefined
  }

  isJsonObject(): boolean {
    return this.#parse() !== undefined
  }

  /** What its claims are called, for telling what kind of token this may be. */
  names(): readonly string[] {
    return Object.keys(this.#parse() ?? {})
  }

  /** For `signature/verify-signature.ts` alone, after the signature held; a test keeps it so. */
  static release(payload: UnverifiedPayload): JsonObject | undefined {
    return payload.#parse()
  }

  #parse(): JsonObject | undefined {
    if (this.#parsed === null) this.#parsed = parseJsonObject(this.#bytes)
    return this.#parsed
  }
}
