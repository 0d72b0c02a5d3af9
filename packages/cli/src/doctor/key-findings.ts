import type { KeySetEvent } from '@scopeward/core'
import { durationText } from '../shared/duration.ts'
import { plainText, printable } from '../shared/printable.ts'
import type { SeenAnswer } from '../shared/recording-fetch.ts'
import { type Finding, ok, problem, warning } from './finding.ts'

export type Jwk = Readonly<Record<string, unknown>>

type Refreshed = Extract<KeySetEvent, { outcome: 'refreshed' }>

/** What the key set is worth to the verifier, which says itself which keys it takes. */
export function keyFindings(keys: readonly Jwk[], refreshed: Refreshed): readonly Finding[] {
  const ignored = new Map(refreshed.ignored.map(key => [key.kid, key.ignored]))
  return [
    ...keys.map(key => keyFinding(key, ignored.get(typeof key.kid === 'string' ? key.kid : undefined))),
    ...duplicates(keys),
    ...nameless(keys),
  ]
}

function keyFinding(key: Jwk, ignored: string | undefined): Finding {
  const text = `${nameOf(key)}: ${strengthOf(key)}${key.alg === undefined ? '' : `, ${printable(key.alg, 40)}`}`
  if (ignored === undefined) return ok('keys', text)
  const isHarmless = ignored.includes('use is not sig') || ignored.includes('key_ops do not include')
  if (isHarmless) return ok('keys', `${text}; not for signatures, left aside`)
  if (ignored.includes('must never be published')) {
    return problem(
      'keys',
      `${text}; ignored: ${plainText(ignored)}`,
      'Whoever reads it can sign tokens. The issuer has to replace this key at once.',
    )
  }
  if (ignored.includes('no allowed algorithm')) {
    return warning(
      'keys',
      `${text}; ignored: ${plainText(ignored)}`,
      'If tokens are signed with it, add its algorithm to the option algorithms.',
    )
  }
  return problem(
    'keys',
    `${text}; ignored: ${plainText(ignored)}`,
    'Tokens under this key are refused. The issuer has to publish a sound one (RSA of 2048 bits or more, P-256, Ed25519).',
  )
}

function nameOf({ kid }: Jwk): string {
  return kid === undefined ? 'a key without kid' : `key ${printable(kid, 60)}`
}

function strengthOf({ kty, crv, n }: Jwk): string {
  if (kty === 'RSA' && typeof n === 'string') return `RSA ${bitsOf(n)} bits`
  if (kty === 'EC' || kty === 'OKP') return `${kty} ${printable(crv, 20)}`
  return `kty ${printable(kty, 20)}`
}

function bitsOf(modulus: string): number {
  const bytes = Buffer.from(modulus, 'base64url')
  const first = bytes.findIndex(byte => byte !== 0)
  return first === -1 ? 0 : (bytes.length - first) * 8 - Math.clz32(bytes[first] as number) + 24
}

/** More than these under one name are not tried. */
const MAX_SAME_KID = 4

function duplicates(keys: readonly Jwk[]): readonly Finding[] {
  const counts = new Map<unknown, number>()
  for (const { kid } of keys) if (kid !== undefined) counts.set(kid, (counts.get(kid) ?? 0) + 1)
  return [...counts].flatMap(([kid, count]) => {
    if (count === 1) return []
    const text = `${count} keys are named ${printable(kid, 60)}`
    const advice = 'The issuer should give each key a kid of its own (RFC 7517 section 4.5).'
    return [
      count > MAX_SAME_KID
        ? problem('keys', `${text}: their tokens are refused`, advice)
        : warning('keys', text, advice),
    ]
  })
}

function nameless(keys: readonly Jwk[]): readonly Finding[] {
  const count = keys.filter(({ kid }) => kid === undefined).length
  if (count === 0 || keys.length === 1) return []
  return [
    warning(
      'keys',
      `${count} of ${keys.length} keys have no kid`,
      'Tokens cannot say which of them they mean; every one has to be tried. The issuer should name them.',
    ),
  ]
}

const SHORTEST_SECONDS = 60
const DAY_SECONDS = 86_400

/** How long keys are believed, which is also how long a withdrawn one is. */
export function cacheFinding({ headers }: SeenAnswer, { freshSeconds }: Refreshed): Finding {
  const value = headers.get('cache-control')
  const kept = `keys are kept for ${durationText(freshSeconds)}`
  if (value === null)
    return warning(
      'cache',
      `the key set has no Cache-Control; ${kept}`,
      'Nothing has to be done. The issuer could say with max-age how long its keys hold.',
    )
  const text = `Cache-Control: ${plainText(value)}; ${kept}`
  const maxAge = Number(/max-age="?(\d+)/i.exec(value)?.[1] ?? Number.NaN)
  if (maxAge < SHORTEST_SECONDS)
    return warning('cache', text, 'So short a max-age is taken as a minute, to spare the issuer.')
  if (maxAge > DAY_SECONDS)
    return warning(
      'cache',
      text,
      'A key that the issuer withdraws is believed for as long. A day is the most that is accepted.',
    )
  return ok('cache', text)
}
