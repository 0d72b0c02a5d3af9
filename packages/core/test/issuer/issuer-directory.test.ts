import { describe, expect, test } from 'vitest'
import { claimedIssuer, IssuerList, type KnowsRules } from '../../src/issuer/issuer-directory.ts'
import { introspection } from '../../src/options/introspection.ts'
import type { IssuerDefinition } from '../../src/options/issuer-definition.ts'
import { parseOptions } from '../../src/options/parse-options.ts'
import { ALGORITHMS } from '../../src/shared/algorithms.ts'
import { type DecodedToken, decodeToken } from '../../src/token/decode-token.ts'
import { refusalOf } from '../support/refusals.ts'
import { AUDIENCE, compact } from '../support/tokens.ts'

const A = 'https://a.example.com'
const B = 'https://b.example.com'
const OPAQUE = { kind: 'opaque', compact: 'opaque' } as const

const asked = (issuer: string) =>
  introspection({
    issuer,
    clientId: 'api',
    clientAuthentication: { method: 'client_secret_basic', clientSecret: 'a-secret-of-the-client-0123456789' },
  })

/** A token whose payload is this text. */
const tokenWith = (payload: string): DecodedToken =>
  decodeToken({ token: compact('{"alg":"ES256"}', payload) }, ALGORITHMS)
const tokenOf = (iss: unknown): DecodedToken => tokenWith(JSON.stringify({ iss }))

function listOf(issuer: readonly IssuerDefinition[]): IssuerList<KnowsRules> {
  const { trusted } = parseOptions({ issuer, audience: AUDIENCE, scopes: {} })
  return new IssuerList(trusted.kind === 'list' ? trusted.issuers.map(rules => ({ rules })) : [])
}

const found = (list: IssuerList<KnowsRules>, token: Parameters<typeof list.find>[0]) => {
  const { issuer, proof } = list.find(token).rules
  return [issuer, proof.kind]
}

describe('the issuer that a token claims', () => {
  test('is the text of iss', () => {
    expect(claimedIssuer(tokenOf(A))).toBe(A)
    expect(claimedIssuer(tokenOf(''))).toBe('')
  })

  test.each([
    ['a list', [A]],
    ['an object', { iss: A }],
    ['a number', 1],
    ['null', null],
    ['true', true],
  ])('is nobody where iss is %s (CVE-2024-53861)', (_what, iss) => {
    expect(refusalOf(() => claimedIssuer(tokenOf(iss)))).toEqual({ code: 'issuer_not_trusted', detail: undefined })
  })

  test('is missing where there is no iss, also where a prototype has one', () => {
    const missing = { code: 'claim_missing', detail: { claim: 'iss' } }
    expect(refusalOf(() => claimedIssuer(tokenWith('{}')))).toEqual(missing)
    expect(refusalOf(() => claimedIssuer(tokenWith(`{"__proto__":{"iss":"${A}"}}`)))).toEqual(missing)
  })

  test.each([
    ['no JSON', 'iss'],
    ['a list', `[{"iss":"${A}"}]`],
    ['an object with two iss', `{"iss":"${A}","iss":"${B}"}`],
    ['behind a byte order mark', `\ufeff{"iss":"${A}"}`],
  ])('cannot be read where the payload is %s', (_what, payload) => {
    expect(claimedIssuer(tokenWith(`{"iss":"${A}"}`))).toBe(A)
    const refused = { code: 'token_json_invalid', detail: { part: 'payload' } }
    expect(refusalOf(() => claimedIssuer(tokenWith(payload)))).toEqual(refused)
  })
})

describe('a list of issuers', () => {
  test('finds each by its exact name, in whatever order they stand', () => {
    for (const list of [listOf([A, B]), listOf([B, A])]) {
      expect(found(list, tokenOf(A))).toEqual([A, 'keySet'])
      expect(found(list, tokenOf(B))).toEqual([B, 'keySet'])
    }
  })

  test.each([`${A}/`, A.toUpperCase(), A.slice(0, -1), ` ${A}`, '', '__proto__', 'constructor', '0'])(
    'does not find %j',
    iss => {
      expect(refusalOf(() => listOf([A, B]).find(tokenOf(iss)))).toEqual({
        code: 'issuer_not_trusted',
        detail: undefined,
      })
    },
  )

  test('gives opaque tokens to the one issuer that is asked, and to nobody where none is', () => {
    expect(found(listOf([A, asked(B)]), OPAQUE)).toEqual([B, 'introspection'])
    expect(refusalOf(() => listOf([A, B]).find(OPAQUE)).code).toBe('issuer_not_trusted')
  })

  test('checks JWTs by keys and asks about opaque tokens where an issuer stands there twice, in either order', () => {
    for (const list of [listOf([A, asked(A)]), listOf([asked(A), A])]) {
      expect(found(list, tokenOf(A))).toEqual([A, 'keySet'])
      expect(found(list, OPAQUE)).toEqual([A, 'introspection'])
    }
  })

  test('lists its issuers in the order of the configuration, and they stay', () => {
    const list = listOf([B, asked(A), A])
    expect(list.listed.map(({ rules }) => [rules.issuer, rules.proof.kind])).toEqual([
      [B, 'keySet'],
      [A, 'introspection'],
      [A, 'keySet'],
    ])
    expect(list.isCurrent()).toBe(true)
  })
})
