import type { HeaderSource } from '@scopeward/core'
import { describe, expect, test } from 'vitest'
import { signed } from '../sender/signed.ts'
import {
  ACCEPTED,
  expectDenied,
  expectGranted,
  type Holder,
  holder,
  honestRequest,
  proofOf,
  type SenderAttack,
  testSenderAttacks,
  withProof,
} from '../sender/support.ts'
import type { RawRequest } from '../support/raw-http.ts'
import { HANDLED } from './apis.ts'
import { holdRows } from './hold-rows.ts'
import { base64url, textOf } from './mint.ts'
import { answersTo, useBench } from './support.ts'

holdRows()

const bench = useBench(['ES256'], ACCEPTED)

const DUPLICATED = { code: 'dpop_proof_duplicated' } as const
const MALFORMED = { code: 'dpop_proof_malformed' } as const

function lines(from: Holder, ...proofs: readonly string[]): RawRequest {
  return { path: '/guarded', headers: [`Authorization: DPoP ${from.token}`, ...proofs] }
}

function sending(
  name: string,
  expected: SenderAttack[1],
  proofLines: (first: string, second: string) => readonly string[],
): SenderAttack {
  return [name, expected, async from => lines(from, ...proofLines(await proofOf(from), await proofOf(from)))]
}

describe('DP1: not more than one DPoP header', () => {
  testSenderAttacks(bench, [
    sending('two good ones', DUPLICATED, (a, b) => [`DPoP: ${a}`, `DPoP: ${b}`]),
    sending('the same one twice', DUPLICATED, a => [`DPoP: ${a}`, `DPoP: ${a}`]),
    sending('a good one, then rubbish', DUPLICATED, a => [`DPoP: ${a}`, 'DPoP: x']),
    sending('rubbish, then a good one', DUPLICATED, a => ['DPoP: x', `DPoP: ${a}`]),
    sending('a good one and an empty one', DUPLICATED, a => [`DPoP: ${a}`, 'DPoP:']),
    sending('an empty one and a good one', DUPLICATED, a => ['DPoP:', `DPoP: ${a}`]),
    sending('names in different case', DUPLICATED, (a, b) => [`DPoP: ${a}`, `dpop: ${b}`]),
    sending('names in upper and mixed case', DUPLICATED, (a, b) => [`DPOP: ${a}`, `dPoP: ${b}`]),
    sending('fifty', DUPLICATED, a => Array<string>(50).fill(`DPoP: ${a}`)),
    sending('a list with a comma', MALFORMED, (a, b) => [`DPoP: ${a}, ${b}`]),
    sending('a list without a space', MALFORMED, (a, b) => [`DPoP: ${a},${b}`]),
    sending('a comma behind', MALFORMED, a => [`DPoP: ${a},`]),
    sending('a comma in front', MALFORMED, a => [`DPoP: ,${a}`]),
  ])

  test('hidden from Node behind a thousand others, a second one is not overlooked', async () => {
    const from = await holder(bench)
    const many = Array<string>(2000).fill('x:')
    await expectGranted(bench, lines(from, `DPoP: ${await proofOf(from)}`, ...many.slice(0, 500)))
    const twice = lines(from, `DPoP: ${await proofOf(from)}`, ...many, `DPoP: ${await proofOf(from)}`)
    for (const { status } of await answersTo(bench, twice)) expect(status).not.toBe(200)
  })

  test('hidden from Node behind a thousand others, a second Authorization header is not overlooked', async () => {
    const from = await holder(bench)
    const { headers = [] } = await honestRequest(from)
    const twice = { path: '/guarded', headers: [...headers, ...Array<string>(2000).fill('x:'), headers[0] as string] }
    for (const { status } of await answersTo(bench, twice)) expect(status).not.toBe(200)
  })

  test('in whichever form a host has headers', async () => {
    const from = await holder(bench)
    const authorization = `DPoP ${from.token}`
    const verdicts = async (headers: (a: string, b: string) => HeaderSource) => {
      const request = { method: 'GET', url: '/guarded', headers: headers(await proofOf(from), await proofOf(from)) }
      return Promise.all(
        bench.apis.map(async ({ core }) => {
          const outcome = await core.check(request, 'items:read')
          return outcome.granted ? 'granted' : outcome.denial.code
        }),
      )
    }
    const both = (verdict: string) => [verdict, verdict]
    expect(await verdicts(DPoP => ({ authorization, DPoP }))).toEqual(both('granted'))
    expect(await verdicts(dpop => ({ authorization, dpop: [dpop] }))).toEqual(both('granted'))
    expect(await verdicts(dpop => new Headers({ authorization, dpop }))).toEqual(both('granted'))
    expect(await verdicts((a, b) => ({ authorization, dpop: [a, b] }))).toEqual(both('dpop_proof_duplicated'))
    expect(await verdicts((a, b) => ({ authorization, dpop: a, DPoP: b }))).toEqual(both('dpop_proof_duplicated'))
    expect(await verdicts((a, b) => ['DPoP', a, 'Authorization', authorization, 'dpop', b])).toEqual(
      both('dpop_proof_duplicated'),
    )
    const joined = (a: string, b: string) => {
      const headers = new Headers({ authorization, dpop: a })
      headers.append('DPoP', b)
      return headers
    }
    expect(await verdicts(joined)).toEqual(both('dpop_proof_malformed'))
  })
})

/** The honest proof with its two JSON texts changed, really signed. */
function rewritten(
  name: string,
  expected: SenderAttack[1],
  change: (header: string, claims: string) => readonly [header: string, claims: string],
): SenderAttack {
  return [
    name,
    expected,
    async from => {
      const [header = '', claims = ''] = (await proofOf(from)).split('.').map(textOf)
      return withProof(from.token, signed(from, ...change(header, claims)))
    },
  ]
}

const nested = (depth: number): string => `${'['.repeat(depth)}1${']'.repeat(depth)}`
const member = (json: string, name: string, value: string): string => `{"${name}":${value},${json.slice(1)}`

describe('DP2: the value is one well-formed JWT', () => {
  testSenderAttacks(bench, [
    sending('empty', MALFORMED, () => ['DPoP:']),
    sending('dots alone', MALFORMED, () => ['DPoP: ..']),
    sending('in quotes', MALFORMED, a => [`DPoP: "${a}"`]),
    sending('with the scheme in front', MALFORMED, a => [`DPoP: DPoP ${a}`]),
    sending('a byte above ASCII', MALFORMED, a => [`DPoP: ${a}\xe9`]),
    sending('a zero-width space', MALFORMED, a => [`DPoP: ${a}\xe2\x80\x8b`]),
    sending('percent-encoded', MALFORMED, a => [`DPoP: ${a.replace('.', '%2E')}`]),
    sending('in the form of a parameter', MALFORMED, a => [`DPoP: proof=${a}`]),
    sending('JSON serialization (RFC 7515 section 7.2)', MALFORMED, a => {
      const [header, payload, signature] = a.split('.')
      return [`DPoP: ${JSON.stringify({ payload, protected: header, signature })}`]
    }),
    sending('thirty kilobytes of letters', MALFORMED, () => [`DPoP: ${'a'.repeat(30_000)}`]),
    sending('thirty kilobytes of dots', MALFORMED, () => [`DPoP: ${'a.'.repeat(15_000)}`]),
    rewritten('a header of 33 nested lists', MALFORMED, (header, claims) => [member(header, 'x', nested(33)), claims]),
    rewritten('claims of 33 nested lists', MALFORMED, (header, claims) => [header, member(claims, 'x', nested(33))]),
    rewritten('claims of 2,500 nested lists', MALFORMED, (header, claims) => [
      header,
      member(claims, 'x', nested(2500)),
    ]),
    rewritten('jti twice', MALFORMED, (header, claims) => [header, member(claims, 'jti', '"other"')]),
    rewritten('jwk twice', MALFORMED, (header, claims) => [member(header, 'jwk', '{"kty":"EC"}'), claims]),
    rewritten('jwk of 33 nested lists', MALFORMED, (header, claims) => [
      header.replace('"kty"', `"x":${nested(33)},"kty"`),
      claims,
    ]),
    rewritten('an empty object as header', { code: 'dpop_proof_invalid', check: 'DP5' }, (_, claims) => ['{}', claims]),
    rewritten('an empty object as claims', { code: 'dpop_proof_invalid', check: 'DP3' }, header => [header, '{}']),
    rewritten('all claims in the prototype', { code: 'dpop_proof_invalid', check: 'DP3' }, (header, claims) => [
      header,
      `{"__proto__":${claims}}`,
    ]),
    rewritten('the header in its prototype', { code: 'dpop_proof_invalid', check: 'DP5' }, (header, claims) => [
      `{"__proto__":${header}}`,
      claims,
    ]),
    rewritten('the jwk in its prototype', { code: 'dpop_proof_invalid', check: 'DP6' }, (header, claims) => [
      header.replace(/"jwk":(\{[^}]*\})/, '"jwk":{"__proto__":$1}'),
      claims,
    ]),
  ])

  test('white space around the value is no part of it, and 20 nested lists and prototypes are only members', async () => {
    const from = await holder(bench)
    await expectGranted(bench, lines(from, `DPoP: \t ${await proofOf(from)} \t`))
    const extra = { deep: JSON.parse(nested(20)), constructor: 1, toString: null, hasOwnProperty: {} }
    await expectGranted(bench, await honestRequest(from, { claims: extra, header: extra }))
  })

  test('a proof of 8,192 characters is let in, one of a few more is not', async () => {
    const from = await holder(bench)
    const pad = async (length: number) => proofOf(from, { claims: { pad: 'p'.repeat(length) } })
    const base = (await pad(0)).length
    const fitting = await pad(Math.floor(((8192 - base) * 3) / 4) - 2)
    const tooLong = await pad(Math.floor(((8192 - base) * 3) / 4) + 3)
    expect([fitting.length <= 8192, fitting.length > 8180, tooLong.length > 8192]).toEqual([true, true, true])
    await expectGranted(bench, withProof(from.token, fitting))
    await expectDenied(bench, withProof(from.token, tooLong), MALFORMED)
  })

  test('megabytes, which no server reads, cost check() next to nothing', async () => {
    const from = await holder(bench)
    const [header, , signature] = (await proofOf(from)).split('.')
    const huge = [
      'a'.repeat(4_000_000),
      '.'.repeat(4_000_000),
      `${header}.${base64url(nested(500_000))}.${signature}`,
      `${base64url(nested(500_000))}.e30.${signature}`,
    ]
    const startedAt = performance.now()
    for (const proof of huge) {
      const headers = ['Authorization', `DPoP ${from.token}`, 'DPoP', proof]
      for (const { core } of bench.apis) {
        const outcome = await core.check({ method: 'GET', url: '/guarded', headers }, 'items:read')
        expect(outcome).toMatchObject({ granted: false, denial: MALFORMED })
      }
    }
    expect(performance.now() - startedAt).toBeLessThan(500)
  })

  test.each(['\0', '\x01', '\x7f', '\r', '\n', '\n '])('%j inside the value reaches no handler', async control => {
    const from = await holder(bench)
    await expectGranted(bench, await honestRequest(from))
    const proof = await proofOf(from)
    const request = lines(from, `DPoP: ${proof.slice(0, 60)}${control}${proof.slice(60)}`)
    for (const { status, raw } of await answersTo(bench, request)) {
      expect([400, 401]).toContain(status)
      expect(raw).not.toContain(HANDLED)
    }
  })

  test('a proof in a trailer, in the query, in a cookie or beside a method override is no proof', async () => {
    const from = await holder(bench)
    const proof = await proofOf(from)
    const missing = { code: 'dpop_proof_missing' } as const
    await expectDenied(bench, lines(from, `X-DPoP: ${proof}`, `Cookie: DPoP=${proof}`, `DPoP-Proof: ${proof}`), missing)
    await expectDenied(bench, { ...lines(from), path: `/guarded?DPoP=${proof}&dpop=${proof}` }, missing)
    await expectDenied(bench, lines(from, `Proxy-DPoP: ${proof}`), missing)
    await expectGranted(bench, withProof(from.token, proof))
  })
})
