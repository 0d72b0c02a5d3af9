import type { Revocation } from '@scopeward/core'
import fc from 'fast-check'

/** One step of a sequence. Plain data, so that fast-check can shrink it; indexes wrap around. */
export type Command =
  /** Tokens that are sent at the same time, to one route. */
  | { readonly kind: 'send'; readonly tokens: readonly number[]; readonly route: number }
  /** Tokens that came by another way than HTTP. */
  | { readonly kind: 'verify'; readonly tokens: readonly number[] }
  | {
      readonly kind: 'prove'
      readonly token: number
      readonly proof: number
      readonly scheme: Scheme
      readonly route: number
    }
  | { readonly kind: 'mint'; readonly as: TokenKind }
  | { readonly kind: 'clock'; readonly advanceSeconds: number }
  | { readonly kind: 'keys'; readonly change: KeyChange }
  | { readonly kind: 'fault'; readonly fault: Fault }
  | { readonly kind: 'revoke'; readonly what: RevocationKind; readonly token: number; readonly agoSeconds: number }
  | { readonly kind: 'revoke at the issuer'; readonly token: number }

export type Scheme = 'DPoP' | 'Bearer'
export type RevocationKind = keyof Pick<Revocation, 'tokenId' | 'clientId' | 'subject' | 'issuedBefore'>

export type TokenKind = (typeof TOKEN_KINDS)[number]
/** One of each is there from the start. Those that a cache remembers come first: bearer tokens, then bound ones. */
export const TOKEN_KINDS = [
  'long',
  'of another client',
  'opaque',
  'short',
  'without kid',
  'of a user',
  'bound',
  'opaque and bound',
  'bound to another key',
  'medium',
  'not yet valid',
  'with a changed signature',
  'with a changed payload',
  'of a stranger under our kid',
  'with an unknown kid',
  'of another audience',
  'made-up opaque',
] as const

/** These are of the first token, so that a cache that looks at a part of a token takes one for the other. */
export type DamagedKind = Extract<TokenKind, 'with a changed signature' | 'with a changed payload'>

export type KeyChange = (typeof KEY_CHANGES)[number]
export const KEY_CHANGES = ['rotate', 'rotate, not keeping the old', 'withdraw', 'replace under the same kid'] as const

export type Fault = (typeof FAULTS)[number]
const FAULTS = ['none', 'none', 'down', 'error', 'html', 'empty'] as const

/** Around every limit: cool-downs, freshness, life of tokens and answers; and the clock set back. */
const STEPS = [
  0.5, 1, 5, 10, 30, 4, 5, 9, 10, 30, 36, 47, 48, 60, 240, 480, 600, 700, 3600, 4200, -0.5, -1, -10, -60, -700,
]

const UNKNOWN_KID = TOKEN_KINDS.indexOf('with an unknown kid')
const anyToken = fc.nat(TOKEN_KINDS.length + 5)
/** Mostly tokens that a cache remembers; and the one that makes a server fetch the keys again. */
const bearer = fc.oneof(
  { weight: 8, arbitrary: fc.nat(5) },
  { weight: 2, arbitrary: anyToken },
  fc.constant(UNKNOWN_KID),
)
const bound = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 6, max: 8 }) }, anyToken)
const route = fc.nat(7)

export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('send'),
      tokens: fc.array(bearer, { minLength: 1, maxLength: 4 }),
      route,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('verify'), tokens: fc.array(bearer, { minLength: 1, maxLength: 3 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('prove'),
      token: bound,
      proof: fc.nat(1),
      scheme: fc.constantFrom<Scheme>('DPoP', 'DPoP', 'DPoP', 'Bearer'),
      route,
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('clock'), advanceSeconds: fc.constantFrom(...STEPS) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('mint'), as: fc.constantFrom(...TOKEN_KINDS) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('keys'), change: fc.constantFrom(...KEY_CHANGES) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('fault'), fault: fc.constantFrom(...FAULTS) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('revoke'),
      what: fc.constantFrom<RevocationKind>('tokenId', 'clientId', 'subject', 'issuedBefore'),
      token: anyToken,
      agoSeconds: fc.constantFrom(-5, 0, 1, 20, 600),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('revoke at the issuer'), token: anyToken }) },
)
