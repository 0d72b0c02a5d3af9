import { constants, verify as verifyBytes } from 'node:crypto'
import { authenticated, DENIALS, type DenialCode } from '@scopeward/core'
import { createTestIssuer, forgeryNames, type TestIssuer } from '@scopeward/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ExplainReport, reportOf } from '../src/explain/report.ts'
import { seeToken } from '../src/explain/seen-token.ts'
import { readSettings, type VerifierSettings } from '../src/explain/settings.ts'
import { verify } from '../src/explain/verify.ts'
import { fileWith } from './main.support.ts'

let issuer: TestIssuer
let settings: VerifierSettings

beforeAll(async () => {
  issuer = await createTestIssuer()
  const jwks = fileWith('jwks.json', JSON.stringify({ keys: [issuer.signingKey.publicJwk] }))
  settings = readSettings({ issuer: issuer.issuer, audience: ['https://api.example.com'], jwks })
})

afterAll(() => issuer.stop())

async function reportFor(token: string): Promise<ExplainReport> {
  const presented = { token, method: 'GET', url: undefined, proof: undefined, certificate: undefined }
  const verdict = await verify(settings, presented, authenticated, [])
  return reportOf({ settings, presented, seen: seeToken(token), verdict, requirement: authenticated })
}

/** By other means than the product's. */
function isSignedByIssuer(token: string): boolean {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  const key = { key: issuer.signingKey.publicKey, padding: constants.RSA_PKCS1_PADDING }
  return verifyBytes('sha256', Buffer.from(`${header}.${payload}`), key, bytes)
}

test('every forged token fails exactly one check, and is never shown as verified unless its signature holds', async () => {
  expect((await reportFor(await issuer.token())).verdict).toBe('accepted')
  const names = forgeryNames()
  expect(names.length).toBeGreaterThan(50)
  for (const name of names) {
    const token = await issuer.forge(name)
    const { verdict, code, checks, token: shown } = await reportFor(token)
    expect({ name, verdict }).toEqual({ name, verdict: 'refused' })
    const outcomes = checks.map(({ outcome }) => outcome)
    const failed = outcomes.indexOf('failed')
    const inOrder = outcomes.map((_, at) => (at < failed ? 'passed' : at === failed ? 'failed' : 'not reached'))
    expect({ name, outcomes }).toEqual({ name, outcomes: inOrder })
    if (shown.verified) expect({ name, isSigned: isSignedByIssuer(token) }).toEqual({ name, isSigned: true })
    expect(Object.keys(DENIALS)).toContain(code)
  }
}, 60_000)

/** What is refused before the signature is looked at, with the check that says so. */
const ORDER: readonly (readonly [DenialCode, string, Parameters<TestIssuer['token']>[0]])[] = [
  ['issuer_not_trusted', 'issuer', { claims: { iss: 'https://other.example.com' } }],
  ['claim_missing', 'issuer', { claims: { iss: undefined } }],
  ['claim_missing', 'audience', { claims: { aud: undefined } }],
  ['claim_invalid', 'audience', { claims: { aud: 7 } }],
  ['claim_invalid', 'expiry', { claims: { exp: 'soon' } }],
  ['claim_invalid', 'begun', { claims: { nbf: 'soon' } }],
  ['claim_missing', 'claims', { claims: { iat: undefined } }],
  ['claim_invalid', 'claims', { claims: { scope: 7 } }],
  ['sender_constraint_unsupported', 'binding', { claims: { cnf: { kid: 'x' } } }],
]

test.each(ORDER)('%s is shown at the check "%s"', async (code, check, input) => {
  const report = await reportFor(await issuer.token(input))
  expect(report.code).toBe(code)
  expect(report.checks.find(({ outcome }) => outcome === 'failed')?.check).toBe(check)
})
