import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readToken } from '../../packages/core/test/support/test-issuers.ts'
import { expectGranted, expectRefused, startThree, type Three } from './support-several/three.ts'

const ISSUER = 'https://login.example.com/tenant'
const UNICODE = 'https://login.example.com/caf\u00e9'

/** Not to be found by name, but by what a look-up in an object, a list or a URL would make of it. */
const LOOK_ALIKES: readonly (readonly [string, unknown])[] = [
  ['a prefix', 'https://login.example.com/tenan'],
  ['the origin', 'https://login.example.com'],
  ['a suffix', 'login.example.com/tenant'],
  ['more behind it', `${ISSUER}s`],
  ['a path behind it', `${ISSUER}/..`],
  ['a trailing slash', `${ISSUER}/`],
  ['two trailing slashes', `${ISSUER}//`],
  ['the host in upper case', 'https://LOGIN.example.com/tenant'],
  ['the scheme in upper case', 'HTTPS://login.example.com/tenant'],
  ['the path in upper case', 'https://login.example.com/TENANT'],
  ['another scheme', 'http://login.example.com/tenant'],
  ['the default port', 'https://login.example.com:443/tenant'],
  ['a user name', 'https://user@login.example.com/tenant'],
  ['the issuer as a user name', 'https://login.example.com@attacker.example/tenant'],
  ['the issuer as a subdomain', 'https://login.example.com.attacker.example/tenant'],
  ['a dot after the host', 'https://login.example.com./tenant'],
  ['percent-encoding', 'https://login.example.com/%74enant'],
  ['a percent-encoded slash', 'https://login.example.com%2ftenant'],
  ['a dot segment', 'https://login.example.com/./tenant'],
  ['an empty query', `${ISSUER}?`],
  ['an empty fragment', `${ISSUER}#`],
  ['a backslash', 'https://login.example.com\\tenant'],
  ['white space before it', ` ${ISSUER}`],
  ['white space behind it', `${ISSUER} `],
  ['a line break behind it', `${ISSUER}\n`],
  ['a zero character behind it', `${ISSUER}\u0000`],
  ['a zero-width space', 'https://login.example.com/ten\u200bant'],
  ['a byte order mark', `\ufeff${ISSUER}`],
  ['a Cyrillic letter', 'https://login.ex\u0430mple.com/tenant'],
  ['full-width letters', 'https://login.example.com/\uff54enant'],
  ['the other normal form', UNICODE.normalize('NFD')],
  ['its percent-encoding', 'https://login.example.com/caf%C3%A9'],
  ['a comma-separated list', `${ISSUER},https://attacker.example`],
  ['a list', [ISSUER]],
  ['a list with others', ['https://attacker.example', ISSUER]],
  ['an empty list', []],
  ['an object', { issuer: ISSUER }],
  ['an object with its name', { [ISSUER]: true }],
  ['an object with toString', { toString: ISSUER }],
  ['null', null],
  ['true', true],
  ['zero', 0],
  ['empty', ''],
  ['__proto__', '__proto__'],
  ['constructor', 'constructor'],
  ['toString', 'toString'],
  ['the index of a list', '0'],
  ['length', 'length'],
  ['huge', `${ISSUER}/${'a'.repeat(9000)}`],
  ['huge, in unicode', `${ISSUER}/${'\u00e9'.repeat(2000)}`],
]

const bench = {} as { a: TestIssuer; b: TestIssuer; both: Three }

beforeAll(async () => {
  bench.a = await createTestIssuer({ algorithm: 'ES256' })
  bench.b = await createTestIssuer({ algorithm: 'ES256' })
  const jwks = { keys: [bench.a.signingKey.publicJwk] }
  bench.both = await startThree({ issuer: [{ issuer: ISSUER, jwks }, { issuer: UNICODE, jwks }, bench.b.issuer] })
})

afterAll(async () => {
  await bench.both.stop()
  await Promise.all([bench.a.stop(), bench.b.stop()])
})

const tokenOf = (iss: unknown): Promise<string> => readToken(bench.a, { claims: { iss } })

describe('CL8, CL10: an iss is an issuer to the letter or none, and nothing is fetched for it (RFC 8725 section 3.8)', () => {
  test.each(LOOK_ALIKES)('%s', async (_what, iss) => {
    const { both } = bench
    await expectGranted(both, await tokenOf(ISSUER), ISSUER)
    await expectGranted(both, await tokenOf(UNICODE), UNICODE)
    const fetchedBefore = both.fetched.length
    await expectRefused(both, await tokenOf(iss), { code: 'issuer_not_trusted', issuer: undefined })
    expect(both.fetched.length).toBe(fetchedBefore)
  })

  test('none', async () => {
    const { both } = bench
    await expectGranted(both, await tokenOf(ISSUER), ISSUER)
    const expected = { code: 'claim_missing', issuer: undefined, detail: { claim: 'iss' } } as const
    await expectRefused(both, await tokenOf(undefined), expected)
  })
})

test('CL8 two issuers that differ by a trailing slash are two issuers', async () => {
  const { a, b } = bench
  const slashed = await startThree({
    issuer: [
      { issuer: ISSUER, jwks: { keys: [a.signingKey.publicJwk] } },
      { issuer: `${ISSUER}/`, jwks: { keys: [b.signingKey.publicJwk] } },
      b.issuer,
    ],
  })
  try {
    await expectGranted(slashed, await readToken(a, { claims: { iss: ISSUER } }), ISSUER)
    await expectGranted(slashed, await readToken(b, { claims: { iss: `${ISSUER}/` } }), `${ISSUER}/`)
    const crossed = await readToken(a, { claims: { iss: `${ISSUER}/` } })
    await expectRefused(slashed, crossed, { code: 'signature_invalid', issuer: `${ISSUER}/` })
  } finally {
    await slashed.stop()
  }
})
