import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { useDocumentServer } from './document-server.ts'
import { ENGINES, type Jwk, judgeOver } from './token-judge.ts'

interface Example {
  readonly id: string
  readonly alg: string
  readonly jwk_private?: Jwk
  readonly jws: string
}

const { jws: examples }: { jws: readonly Example[] } = JSON.parse(
  readFileSync(new URL('rfc-examples/rfc-examples.json', import.meta.url), 'utf8'),
)

const CLAIMS_OF_JOE = { iss: 'joe', exp: 1300819380, 'http://example.com/is_root': true }

/** Examples whose signature a published key can verify. `claims`: `undefined` where the payload is no claims set. */
const VERIFIABLE = [
  { id: 'RFC7515-A.2', alg: 'RS256', claims: CLAIMS_OF_JOE },
  { id: 'RFC7515-A.3', alg: 'ES256', claims: CLAIMS_OF_JOE },
  { id: 'RFC7515-A.4', alg: 'ES512', claims: undefined },
  { id: 'RFC8037-A.4', alg: 'EdDSA', claims: undefined },
]

test('the file holds 6 signed examples: 4 to verify, the shared secret of A.1 and the alg none of A.5', () => {
  expect(examples.map(({ id }) => id)).toEqual([
    'RFC7515-A.1',
    'RFC7515-A.2',
    'RFC7515-A.3',
    'RFC7515-A.4',
    'RFC7515-A.5',
    'RFC8037-A.4',
  ])
})

describe.each(ENGINES)('with the %s engine', engine => {
  const server = useDocumentServer()
  const judge = (name: string, keys: readonly Jwk[]) => judgeOver(server(), engine, `/${engine}/${name}`, keys)

  test.each(VERIFIABLE)('the $alg example $id verifies under its public key', async ({ id, alg, claims }) => {
    const { jws, jwk_private } = example(id)
    const over = judge(id, [publicPart(jwk_private)])
    expect(headerOf(jws).alg).toBe(alg)
    expect(await over.judge(jws)).toBe('verified')
    if (claims !== undefined) expect(await over.verify(jws)).toEqual(claims)
  })

  test.each(VERIFIABLE)('the example $id with one character of its payload changed is refused', async ({ id }) => {
    const { jws, jwk_private } = example(id)
    const [header, payload = '', signature] = jws.split('.')
    const changed = (payload[0] === 'A' ? 'B' : 'A') + payload.slice(1)
    const over = judge(`changed/${id}`, [publicPart(jwk_private)])
    expect(await over.judge(jws)).toBe('verified')
    expect(await over.judge(`${header}.${changed}.${signature}`)).toBe('signature_invalid')
  })

  test.each(VERIFIABLE)(
    'the example $id does not verify where the issuer publishes its private key (RFC 7517 section 9.2)',
    async ({ id }) => {
      const { jws, jwk_private } = example(id)
      const over = judge(`private/${id}`, [jwk_private as Jwk])
      const { keys, ignored } = await over.fetchKeys()
      expect(keys).toBe(0)
      expect(ignored.map(key => key.ignored)).toEqual(['it has private members, which must never be published'])
      expect(await over.judge(jws)).toBe('key_unknown')
    },
  )

  test('the HS256 example RFC7515-A.1 is refused by its alg, with its secret published (RFC 8725 section 3.1)', async () => {
    const { jws, jwk_private } = example('RFC7515-A.1')
    expect(await judge('A.1', [jwk_private as Jwk]).judge(jws)).toBe('algorithm_not_allowed')
  })

  test('the unsecured example RFC7515-A.5 is refused, without a signature and with one (RFC 7518 section 3.6)', async () => {
    const { jws } = example('RFC7515-A.5')
    const over = judge('A.5', [publicPart(example('RFC7515-A.2').jwk_private)])
    expect(await over.judge(jws)).toBe('token_malformed')
    expect(await over.judge(`${jws}AAAA`)).toBe('algorithm_not_allowed')
  })
})

function example(id: string): Example {
  const found = examples.find(candidate => candidate.id === id)
  if (found === undefined) throw new Error(`no example ${id}`)
  return found
}

function publicPart(jwk: Jwk | undefined): Jwk {
  const { kty, crv, x, y, n, e } = jwk ?? {}
  return { kty, crv, x, y, n, e }
}

function headerOf(jws: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(jws.split('.', 1)[0] as string, 'base64url').toString())
}
