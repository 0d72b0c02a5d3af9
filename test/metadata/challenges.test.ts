import { createTestIssuer, type TestIssuer, testClock } from '@scopeward/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EventLog, recordEvents } from '../support/events.ts'
import { answerTo, FRAMEWORKS, SCOPES, serve } from './apis.ts'

const AUDIENCE = 'https://api.example.com'
const METADATA = 'resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/v1"'
const READ = { scope: 'items:read' }

type Mint = (issuer: TestIssuer) => Promise<string>

/** One request for each refusal that a caller can bring about over HTTP: header lines, or a token. */
const REFUSED: Readonly<Record<string, readonly string[] | Mint>> = {
  credentials_missing: [],
  scheme_unsupported: ['Authorization: Basic dTpw'],
  authorization_malformed: ['Authorization: Bearer'],
  authorization_duplicated: ['Authorization: Bearer x', 'Authorization: Bearer y'],
  token_malformed: ['Authorization: Bearer 2YotnFZFEjr1zCsicMWpAA'],
  token_json_invalid: issuer => issuer.forge('payload-duplicate-scope', READ),
  header_not_accepted: issuer => issuer.forge('crit-unknown', READ),
  algorithm_not_allowed: issuer => issuer.forge('alg-hs256-public-key-pem', READ),
  type_not_accepted: issuer => issuer.forge('id-token', READ),
  issuer_not_trusted: issuer => issuer.forge('issuer-other', READ),
  audience_mismatch: issuer => issuer.token({ ...READ, audience: 'https://other.example' }),
  key_unknown: issuer => issuer.forge('kid-unknown', READ),
  signature_invalid: issuer => issuer.forge('signature-tampered', READ),
  claim_missing: issuer => issuer.token({ ...READ, claims: { jti: undefined } }),
  claim_invalid: issuer => issuer.token({ ...READ, claims: { authorization_details: {} } }),
  token_expired: issuer => issuer.token({ ...READ, expiresInSeconds: -60 }),
  token_not_yet_valid: issuer => issuer.forge('not-yet-valid', READ),
  token_issued_in_future: issuer => issuer.forge('issued-in-future', READ),
  sender_constraint_unsupported: issuer => issuer.forge('dpop-bound', READ),
  insufficient_scope: issuer => issuer.token({ scope: 'items:write' }),
}

let issuer: TestIssuer
let events: EventLog

beforeAll(async () => {
  issuer = await createTestIssuer({ clock: testClock() })
  events = recordEvents()
})
afterAll(async () => {
  events.stop()
  await issuer.stop()
})

describe.each(FRAMEWORKS)('%s names the metadata in the challenge of', framework => {
  test.each(Object.entries(REFUSED))('%s (RFC 9728 section 5.1)', async (code, given) => {
    const port = await serve(framework, {
      ...issuer.options,
      audience: AUDIENCE,
      scopes: SCOPES,
      resourceMetadata: { resource: `${AUDIENCE}/v1` },
    })
    const withToken = (token: string) => answerTo(port, { path: '/items', headers: [`Authorization: Bearer ${token}`] })
    expect((await withToken(await issuer.token(READ))).status).toBe(200)
    events.clear()
    const answer =
      typeof given === 'function'
        ? await withToken(await given(issuer))
        : await answerTo(port, { path: '/items', headers: given })
    expect(events.denied.map(event => event.code)).toEqual([code])
    const challenge = answer.headers['www-authenticate'] as string
    expect(challenge.startsWith(`Bearer realm="${AUDIENCE}", `)).toBe(true)
    expect(challenge.endsWith(`, ${METADATA}`)).toBe(true)
    expect(challenge.split(METADATA)).toHaveLength(2)
  })
})
