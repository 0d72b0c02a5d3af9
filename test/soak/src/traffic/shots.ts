import type { Expected, Shot } from '../oracle/shot.ts'
import type { Verdict } from '../oracle/wire.ts'
import type { Random } from '../random.ts'
import { ROUTES, type Route } from '../rules.ts'
import type { Proof } from '../tokens/proof-key.ts'
import { altered, renamed, type Token } from '../tokens/token.ts'
import type { Workshop } from './workshop.ts'

/** A shot, before it is known at what it is fired. */
export type Aim = Omit<Shot, 'kind' | 'framework'>
export type Maker = (workshop: Workshop) => Aim

/** Name, weight, how it is made. */
export type Kind = readonly [name: string, weight: number, make: Maker]
export type Mix = readonly Kind[]

const FAR_MILLISECONDS = 3_600_000

function bearer(token: Token, route: Route = ROUTES.read): Aim {
  return {
    route,
    headers: [`Authorization: Bearer ${token.text}`],
    expected: { kind: 'token', token, proof: undefined },
  }
}

function always(verdict: Verdict, headers: readonly string[], route: Route = ROUTES.read): Aim {
  const expected: Expected = { kind: 'always', verdict }
  return { route, headers, expected }
}

/** A token that is refused for what it says, whoever signed it. */
function refused(verdict: Verdict, token: Token): Aim {
  return { ...bearer(token), expected: { kind: 'always', verdict } }
}

export function withProof(token: Token, proof: Proof | undefined): Aim {
  const headers = [`Authorization: DPoP ${token.text}`, ...(proof === undefined ? [] : [`DPoP: ${proof.text}`])]
  return { route: ROUTES.proven, headers, expected: { kind: 'token', token, proof } }
}

function freshProof(workshop: Workshop, token: Token): Aim {
  const key = token.boundTo ?? workshop.otherProofKey(undefined)
  return withProof(token, key.prove(ROUTES.proven.path, token.text))
}

const MALFORMED: readonly (readonly [Verdict, readonly string[]])[] = [
  ['authorization_malformed', ['Authorization: Bearer']],
  ['authorization_malformed', ['Authorization: Bearer one two']],
  ['authorization_malformed', ['Authorization: Bearer "quoted"']],
  ['authorization_malformed', ['Authorization: , Bearer x']],
  ['authorization_duplicated', ['Authorization: Bearer one', 'Authorization: Bearer two']],
  ['scheme_unsupported', ['Authorization: Basic dXNlcjpwYXNzd29yZA==']],
  ['scheme_unsupported', ['Authorization: DPoP abc']],
  ['token_malformed', ['Authorization: Bearer abc']],
  ['token_malformed', ['Authorization: Bearer a.b.c.d.e']],
  ['credentials_missing', []],
]

/** What honest clients send, and clients with a fault of their own: they neither flood nor forge. */
export const CLIENTS: Mix = [
  ['in use', 46, ({ pool }) => bearer(pool.pick())],
  ['new', 5, workshop => bearer(workshop.addToken())],
  ['other scope', 8, ({ pool }) => bearer(pool.pick(), ROUTES.write)],
  ['optional', 4, ({ pool }) => bearer(pool.pick(), ROUTES.optional)],
  ['optional without token', 2, () => always('anonymous', [], ROUTES.optional)],
  ['public', 3, ({ pool }) => always('anonymous', bearer(pool.pick()).headers, ROUTES.open)],
  ['revoked', 3, workshop => bearer(pickOr(workshop, workshop.revoked))],
  ['expired', 4, workshop => bearer(workshop.mint({ lifeMilliseconds: -workshop.random.between(2000, 60_000) }))],
  ['expiring', 3, workshop => bearer(expiring(workshop))],
  ['not yet valid', 2, workshop => bearer(workshop.mint({ beginsInMilliseconds: FAR_MILLISECONDS }))],
  ['begins soon', 1, workshop => bearer(beginning(workshop))],
  ['proven', 8, workshop => freshProof(workshop, workshop.boundPool.pick())],
  ['proven, new', 1, workshop => freshProof(workshop, workshop.addBoundToken())],
  ['proof missing', 1, ({ boundPool }) => withProof(boundPool.pick(), undefined)],
]

/** What attackers send, and what makes keys be fetched: these may have to wait for an issuer that is slow. */
export const ATTACKERS: Mix = [
  ['unknown kid', 30, workshop => bearer(renamed(workshop.pool.pick(), workshop.random.text(12)))],
  [
    'unknown kid at DPoP',
    10,
    workshop => freshProof(workshop, renamed(workshop.boundPool.pick(), workshop.random.text(12))),
  ],
  ['forged claims', 10, ({ pool }) => bearer(altered(pool.pick(), { client_id: 'admin', sub: 'admin' }))],
  ['forged signature', 10, workshop => bearer(otherSignature(workshop))],
  ['key of the other issuer', 4, workshop => bearer(foreign(workshop))],
  ['withdrawn key', 10, workshop => bearer(pickOr(workshop, workshop.withdrawn))],
  ['wrong audience', 4, workshop => refused('audience_mismatch', workshop.mint({ audience: 'https://other.example' }))],
  ['wrong issuer', 4, workshop => refused('issuer_not_trusted', workshop.mint({ iss: 'https://rogue.example' }))],
  ['malformed', 8, ({ random }) => always(...random.pick(MALFORMED))],
  ['bound, as bearer', 3, ({ boundPool }) => bearer(boundPool.pick())],
  ['unbound, with proof', 2, workshop => freshProof(workshop, workshop.pool.pick())],
  ['proof of another key', 2, workshop => stolen(workshop)],
  ['bearer at DPoP', 1, ({ pool }) => always('scheme_unsupported', bearer(pool.pick()).headers, ROUTES.proven)],
]

function pickOr(workshop: Workshop, pool: Workshop['pool']): Token {
  return pool.size > 0 ? pool.pick() : workshop.pool.pick()
}

/** Around the end of its life, tolerance included. */
function expiring(workshop: Workshop): Token {
  return workshop.mint({ lifeMilliseconds: Math.round(workshop.random.between(-1050, -950)) })
}

function beginning(workshop: Workshop): Token {
  return workshop.mint({ beginsInMilliseconds: Math.round(workshop.random.between(950, 1050)) })
}

function otherSignature(workshop: Workshop): Token {
  const token = workshop.pool.pick()
  const start = token.text.lastIndexOf('.') + 1
  const signature = workshop.random.text(token.text.length - start - 1)
  return { ...token, text: `${token.text.slice(0, start)}${signature}A`, isGenuine: false }
}

/** Signed by the key of one issuer, in the name of the other: both number their keys alike. */
function foreign(workshop: Workshop): Token {
  const [one, other] = workshop.random.isTrue(0.5) ? [0, 1] : [1, 0]
  const issuer = workshop.issuers[one] as Workshop['issuers'][number]
  const key = (workshop.issuers[other] as Workshop['issuers'][number]).signingKey
  return workshop.mint({ issuer, key })
}

function stolen(workshop: Workshop): Aim {
  const token = workshop.boundPool.pick()
  return withProof(token, workshop.otherProofKey(token.boundTo).prove(ROUTES.proven.path, token.text))
}

/** Each kind as often as its weight says. */
export function draw(mix: Mix, random: Random): Kind {
  let left = random.next() * mix.reduce((sum, [, weight]) => sum + weight, 0)
  const found = mix.find(([, weight]) => {
    left -= weight
    return left < 0
  })
  return found ?? (mix[0] as Kind)
}
