import type { Access } from '@scopeward/core'
import type { Mistake } from '../messages.ts'

/** Who the handler was told is calling. */
export type Echo =
  | { readonly anonymous: true }
  | { readonly issuer: string; readonly clientId: string; readonly subject: string; readonly tokenId: unknown }

/** What every handler answers, with the planted mistakes that concern answers. */
export class Echoes {
  readonly #mistakes: readonly Mistake[]
  #calls = 0
  #last: Access | undefined

  constructor(mistakes: readonly Mistake[]) {
    this.#mistakes = mistakes
  }

  of(auth: Access | null | undefined): Echo {
    this.#calls++
    if (this.#calls % 50 === 0 && this.#mistakes.includes('timer')) setInterval(() => undefined, 60_000)
    if (auth === undefined || auth === null) return { anonymous: true }
    const { issuer, clientId, subject, claims } = this.#accessFor(auth)
    return { issuer, clientId, subject, tokenId: claims.jti }
  }

  /** Once in a while the one who came before. */
  #accessFor(auth: Access): Access {
    const shown = this.#calls % 20 === 0 && this.#mistakes.includes('identity') ? (this.#last ?? auth) : auth
    this.#last = auth
    return shown
  }
}

/** For the planted mistake: a handler before the guard that lets everybody in whose token has expired. */
export function expiredCaller(authorization: string | undefined): Echo | undefined {
  const payload = authorization?.split('.')[1]
  if (payload === undefined) return undefined
  try {
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Record<string, unknown>
    if (!(Number(claims.exp) < Date.now() / 1000)) return undefined
    return {
      issuer: String(claims.iss),
      clientId: String(claims.client_id),
      subject: String(claims.sub),
      tokenId: claims.jti,
    }
  } catch {
    return undefined
  }
}
