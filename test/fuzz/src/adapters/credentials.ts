import {
  createDpopKey,
  createTestIssuer,
  type DpopKey,
  type TestClock,
  type TestIssuer,
  type TokenInput,
  testClock,
} from '@scopeward/testing'

export const ORIGIN = 'https://api.example.com'

/** Tokens by what they are. `dpop` is bound to the client's key. */
const TOKENS = {
  read: { scope: 'items:read' },
  write: { scope: 'items:write' },
  reports: { scope: 'items:read reports:read', subject: 'alice' },
  'no scope': {},
  expired: { scope: 'items:read', expiresInSeconds: -60 },
  'of another audience': { scope: 'items:read', audience: 'https://else.example' },
  revoked: { scope: 'items:read', clientId: 'revoked' },
  'of an unknown state': { scope: 'items:read', clientId: 'unknown' },
} as const satisfies Readonly<Record<string, TokenInput>>

const FORGERIES = ['signature-tampered', 'alg-none', 'kid-unknown'] as const

export const TOKEN_NAMES = [
  ...Object.keys(TOKENS),
  ...FORGERIES,
  'dpop',
  'dpop',
  'dpop',
  'opaque',
  'empty',
] as readonly string[]

/** What a proof is wrong in, if in anything. */
export const PROOF_NAMES = [
  'good',
  'good',
  'good',
  'for another method',
  'for another path',
  'for another token',
  'of another key',
  'old',
  'forged',
  'of a nonce',
  'text',
  'empty',
] as const
export type ProofName = (typeof PROOF_NAMES)[number]

export interface Proven {
  readonly method: string
  readonly target: string
  readonly token: string
  /** The nonce that the servers gave, where they give one. */
  readonly nonce: string | undefined
}

/** An issuer and a client of it, whose clock stands still: nothing but the request decides. */
export class Credentials {
  readonly issuer: TestIssuer
  readonly clock: TestClock
  readonly #tokens: ReadonlyMap<string, string>
  readonly #key: DpopKey
  readonly #otherKey: DpopKey

  private constructor(
    issuer: TestIssuer,
    clock: TestClock,
    tokens: ReadonlyMap<string, string>,
    keys: readonly [DpopKey, DpopKey],
  ) {
    this.issuer = issuer
    this.clock = clock
    this.#tokens = tokens
    const [key, otherKey] = keys
    this.#key = key
    this.#otherKey = otherKey
  }

  static async create(): Promise<Credentials> {
    const clock = testClock()
    const issuer = await createTestIssuer({ algorithm: 'ES256', clock, accessTokenLifetimeSeconds: 100_000 })
    const key = await createDpopKey('ES256', { clock })
    const tokens = new Map([
      ['opaque', '2YotnFZFEjr1zCsicMWpAA'],
      ['empty', ''],
    ])
    for (const [name, input] of Object.entries(TOKENS)) tokens.set(name, await issuer.token(input))
    for (const name of FORGERIES) tokens.set(name, await issuer.forge(name, TOKENS.read))
    tokens.set('dpop', await issuer.token({ scope: 'items:write', boundTo: key }))
    return new Credentials(issuer, clock, tokens, [key, await createDpopKey('ES256', { clock })])
  }

  token(name: string): string {
    return this.#tokens.get(name) ?? ''
  }

  /** A new one each time, since none is good twice. */
  async proof(name: ProofName, { method, target, token, nonce }: Proven): Promise<string> {
    if (name === 'empty') return ''
    if (name === 'text') return 'proof'
    const path = (target.startsWith('/') ? target : '/').split(/[?#]/, 1)[0]
    const input = {
      method: name === 'for another method' || method === '' ? 'LINK' : method,
      url: `${ORIGIN}${name === 'for another path' ? '/elsewhere' : path}`,
      accessToken: name === 'for another token' ? 'x' : token,
      ...(name === 'of a nonce' ? { nonce: 'made up' } : nonce !== undefined && { nonce }),
      ...(name === 'old' && { iat: this.clock() / 1000 - 100 }),
    }
    if (name === 'forged') return this.#key.forge('signature-tampered', input)
    return (name === 'of another key' ? this.#otherKey : this.#key).proof(input)
  }
}
