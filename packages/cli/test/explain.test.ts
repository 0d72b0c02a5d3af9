import {
  createClientCertificate,
  createDpopKey,
  createTestIssuer,
  type TestIssuer,
  type TokenInput,
} from '@scopeward/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ExplainReport } from '../src/explain/report.ts'
import { closedOrigin, expectNoSecrets, fileWith, type Run, scopeward } from './main.support.ts'

const AUDIENCE = 'https://api.example.com'
const REQUIREMENT = 'controls:read and (service or role:admin)'

let issuer: TestIssuer

beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})

afterAll(() => issuer.stop())

function explain(token: string, ...more: readonly string[]): Promise<Run> {
  return scopeward(['explain', '-', '--issuer', issuer.issuer, '--audience', AUDIENCE, ...more], { input: token })
}

test('a token that the route accepts is accepted, with every check passed and the exit code 0', async () => {
  const token = await issuer.token({ scope: 'controls:read' })
  const run = await explain(`Authorization: Bearer ${token}\n`, '--require', REQUIREMENT)
  expect(run).toMatchObject({ code: 0, stderr: '' })
  expect(run.stdout).toContain('Accepted: the token meets controls:read and (service or role(admin))')
  expect(run.stdout).toMatch(/Token eyJhbGciOi… \(\d+ characters\), verified/)
  expect(run.stdout.match(/^ {2}passed /gm)).toHaveLength(17)
  expect(run.stdout).not.toMatch(/^ {2}(failed|not reached)/m)
  expect(run.stdout).toContain('Note: http is allowed for this issuer because it is on this machine')
  expect(run.stdout).not.toContain('\u001b')
  expectNoSecrets(run, token)
})

interface Mistake {
  readonly name: string
  readonly input: TokenInput
  readonly flags?: readonly string[]
  readonly code: string
  readonly title: string
  readonly expected: RegExp
  readonly found: RegExp
  readonly advice: RegExp
}

const MISTAKES: readonly Mistake[] = [
  {
    name: 'the wrong audience',
    input: { audience: 'https://other.example.com' },
    code: 'audience_mismatch',
    title: 'It is meant for this API (aud)',
    expected: /"https:\/\/api\.example\.com"/,
    found: /"https:\/\/other\.example\.com" \(not verified\)/,
    advice: /Ask for the token with resource or audience set to this API/,
  },
  {
    name: 'an audience that differs in a slash',
    input: { audience: `${AUDIENCE}/` },
    code: 'audience_mismatch',
    title: 'It is meant for this API (aud)',
    expected: /"https:\/\/api\.example\.com"/,
    found: /"https:\/\/api\.example\.com\/"/,
    advice: /aud differs from what is expected in no more than a slash at the end/,
  },
  {
    name: 'an ID token',
    input: { header: { typ: 'JWT' }, claims: { nonce: 'n-0S6', email: 'ada@example.com', client_id: undefined } },
    code: 'type_not_accepted',
    title: 'It is an access token (typ)',
    expected: /"at\+jwt"/,
    found: /"JWT" \(not verified\)/,
    advice: /This looks like an ID token.*Send the access token/,
  },
  {
    name: 'an issuer that writes typ JWT, without a profile',
    input: { header: { typ: 'JWT' }, claims: { client_id: undefined, azp: 'c', gty: 'client-credentials' } },
    code: 'type_not_accepted',
    title: 'It is an access token (typ)',
    expected: /"at\+jwt"/,
    found: /"JWT"/,
    advice: /Try --profile auth0, and set the option profile: 'auth0'/,
  },
  {
    name: 'an expired token',
    input: { expiresInSeconds: -7200 },
    code: 'token_expired',
    title: 'It has not expired (exp)',
    expected: /later than \d{4}-\d\d-\d\dT/,
    found: /\(2 hours ago\) \(not verified\)/,
    advice: /It expired 2 hours ago\. Ask the issuer for a new one/,
  },
  {
    name: 'clocks that differ',
    input: { claims: { iat: Math.floor(Date.now() / 1000) + 90 } },
    code: 'token_issued_in_future',
    title: 'It is valid already (nbf, iat)',
    expected: /nbf and iat not later than .*\(5 s allowed\)/,
    found: /nbf absent, iat .*\(in (1|2) minutes\)|in \d+ seconds/,
    advice: /Clock skew: compare the clock of this machine with that of the issuer/,
  },
  {
    name: 'a missing scope',
    input: { scope: 'controls:write' },
    flags: ['--require', REQUIREMENT],
    code: 'insufficient_scope',
    title: 'It carries what the route requires',
    expected: /controls:read and \(service or role\(admin\)\)/,
    found: /not controls:read, service, not role\(admin\) \(scopes controls:write, kind service\)/,
    advice: /The token lacks the scope controls:read: ask for it/,
  },
  {
    name: 'a claim that is not there',
    input: { claims: { jti: undefined } },
    code: 'claim_missing',
    title: 'Every required claim is there',
    expected: /sub, iat, jti, client_id/,
    found: /no jti/,
    advice: /The token lacks a claim/,
  },
]

test.each(MISTAKES)('$name: what was expected, what was found, and what to do', async mistake => {
  const { input, flags = [], code, title, expected, found, advice } = mistake
  const token = await issuer.token(input)
  const run = await explain(token, ...flags)
  expect(run.code).toBe(1)
  expect(run.stdout).toMatch(new RegExp(`^Refused: ${code}\\nThe API answers (401|403) `))
  expect(run.stdout).toMatch(advice)
  const [, block = ''] = run.stdout.split(/^ {2}failed /m)
  expect(block).toContain(title)
  expect(block).toMatch(new RegExp(`expected {2}${expected.source}`))
  expect(block).toMatch(new RegExp(`found {5}.*(${found.source})`))
  expect(block).toMatch(/RFC \d+ section/)
  expectNoSecrets(run, token)
})

test('a key that was rotated away is told from one that is published', async () => {
  await using rotating = await createTestIssuer({ algorithm: 'ES256' })
  const flags = ['explain', '-', '--issuer', rotating.issuer, '--audience', AUDIENCE]
  const token = await rotating.token()
  expect((await scopeward(flags, { input: token })).code).toBe(0)
  await rotating.rotateKeys({ keepOld: false })
  const run = await scopeward(flags, { input: token })
  expect(run.code).toBe(1)
  expect(run.stdout).toContain('Refused: key_unknown')
  expect(run.stdout).toContain('The issuer does not list the key "key-1": it was rotated away')
  expect(run.stdout).toMatch(/expected {2}one of "key-2"\n +found {5}kid "key-1"/)
})

test('an issuer that cannot be reached is no verdict: exit code 3, and why', async () => {
  const nowhere = await closedOrigin()
  const token = await issuer.token({ claims: { iss: nowhere } })
  const run = await scopeward(['explain', token, '--issuer', nowhere, '--audience', AUDIENCE])
  expect(run.code).toBe(3)
  expect(run.stdout).toContain('Could not be checked: keys_unavailable')
  expect(run.stdout).toContain('ECONNREFUSED')
  expect(run.stdout).not.toMatch(/^Refused/m)
  expect(run.stdout).toMatch(/^ {2}unavailable {2}The issuer publishes its key/m)
  expectNoSecrets(run, token)
})

test('a key set in a file works without any network, also where it lists keys that are ignored', async () => {
  const token = await issuer.token({ claims: { iss: 'https://login.example.com' } })
  const encryption = { ...issuer.signingKey.publicJwk, kid: 'enc-1', use: 'enc' }
  const jwks = fileWith('jwks.json', JSON.stringify({ keys: [encryption, issuer.signingKey.publicJwk] }))
  const flags = ['explain', '-', '--issuer', 'https://login.example.com', '--audience', AUDIENCE, '--jwks', jwks]
  issuer.resetRequests()
  expect(await scopeward(flags, { input: token })).toMatchObject({ code: 0, stderr: '' })
  expect(issuer.requests).toMatchObject({ jwks: 0, metadata: 0 })
  const forged = await issuer.forge('signature-tampered', { claims: { iss: 'https://login.example.com' } })
  const run = await scopeward(flags, { input: forged })
  expect(run.code).toBe(1)
  expect(run.stdout).toContain('Refused: signature_invalid')
})

test('a token that is bound to a key needs a proof of this request (RFC 9449 section 7.1)', async () => {
  const key = await createDpopKey()
  const token = await issuer.token({ boundTo: key })
  const url = 'https://api.example.com/v1/controls?page=2'
  const proof = await key.proof({ method: 'POST', url, accessToken: token })
  const flags = ['--method', 'post', '--url', url, '--require', 'dpop']
  expect(await explain(token, ...flags, '--dpop', proof)).toMatchObject({ code: 0, stderr: '' })

  const elsewhere = await explain(token, ...flags.slice(2), '--dpop', proof)
  expect(elsewhere.code).toBe(1)
  expect(elsewhere.stdout).toContain('Refused: dpop_proof_invalid')
  expect(elsewhere.stdout).toMatch(/found {5}a DPoP proof \(check DP8/)
  const bearer = await explain(token, ...flags)
  expect(bearer.stdout).toContain('Refused: bound_token_as_bearer')
  const unaware = await explain(token)
  expect(unaware.stdout).toContain('give --method, --url and --dpop with a proof for that request')
  for (const run of [elsewhere, bearer, unaware]) {
    expectNoSecrets(run, token)
    expectNoSecrets(run, proof)
  }
})

test('an opaque token is shown to its issuer, who is asked on every run (RFC 7662 section 2)', async () => {
  issuer.addClient({ clientId: 'api', clientSecret: 'api-secret', scopes: [] })
  const token = issuer.opaqueToken({ scope: 'controls:read' })
  const secret = fileWith('secret', 'api-secret\n')
  const flags = ['--introspect-as', 'api', '--client-secret-file', secret, '--require', 'controls:read']
  expect(await explain(token, ...flags)).toMatchObject({ code: 0, stderr: '' })
  issuer.revoke(token)
  const revoked = await explain(token, ...flags)
  expect(revoked.code).toBe(1)
  expect(revoked.stdout).toContain('Refused: token_inactive')
  expect(revoked.stdout).not.toContain(token)
  const elsewhere = await explain(issuer.opaqueToken({ audience: 'https://other.example.com' }), ...flags)
  expect(elsewhere.stdout).toContain('Refused: audience_mismatch')
  expect(elsewhere.stdout).toMatch(/characters\), verified\n {2}claims {2}(.*\n)* +active true\n/)
  expect(elsewhere.stdout).toMatch(/found {5}"https:\/\/other\.example\.com"\n/)
  const wrong = await explain(token, ...flags.slice(0, 3), fileWith('wrong', 'not it'))
  expect(wrong.code).toBe(3)
  expect(wrong.stdout).toContain('does not take the client of --introspect-as')
  const unasked = await explain(token)
  expect(unasked.stdout).toContain('If the issuer gives out opaque tokens, ask it: --introspect-as')
})

test('a token that is bound to a certificate needs that of its client (RFC 8705 section 3)', async () => {
  const [own, other] = [createClientCertificate(), createClientCertificate()]
  const token = await issuer.token({ boundTo: own })
  const flags = ['--require', 'mutualTls', '--client-certificate']
  const file = fileWith('own.pem', own.certificate)
  expect(await explain(token, ...flags, file)).toMatchObject({ code: 0, stderr: '' })
  const mismatch = await explain(token, ...flags, fileWith('other.pem', other.certificate))
  expect(mismatch.stdout).toContain('Refused: client_certificate_mismatch')
  const missing = await explain(token)
  expect(missing.stdout).toContain('Give the certificate of the client with --client-certificate FILE')
})

test('--jwks takes the URL of a key set too, and then no metadata is looked up', async () => {
  await using other = await createTestIssuer({ algorithm: 'ES256' })
  other.setFault('not-found', 'metadata')
  const flags = ['explain', '-', '--issuer', other.issuer, '--audience', AUDIENCE]
  const token = await other.token()
  expect((await scopeward([...flags, '--jwks', other.jwksUri], { input: token })).code).toBe(0)
  expect((await scopeward(flags, { input: token })).code).toBe(3)
})

test('--json has the same checks for programs, and what is not verified says so', async () => {
  const token = await issuer.token({ audience: 'https://other.example.com' })
  const run = await explain(token, '--json')
  const report = JSON.parse(run.stdout) as ExplainReport
  expect(run.code).toBe(1)
  expect(report).toMatchObject({ verdict: 'refused', code: 'audience_mismatch', status: 401 })
  expect(report.token).toMatchObject({ verified: false, claims: { aud: 'https://other.example.com' } })
  const failed = report.checks.filter(({ outcome }) => outcome === 'failed')
  expect(failed).toMatchObject([{ check: 'audience', verified: false, section: 'RFC 9068 section 4' }])
  expectNoSecrets(run, token)
})

test('what a token says cannot act upon the terminal', async () => {
  const evil = '\u001b[2J\u001b]0;owned\u0007\u009b31m\u202e\nRefused: nothing'
  const token = await issuer.token({ audience: evil, claims: { evil }, header: { kid: evil } })
  // Names that have to be escaped are refused before anything else is looked at.
  const named = await issuer.token({ audience: evil, claims: { [evil]: evil }, header: { [evil]: evil } })
  const cases = [
    [token, 'audience_mismatch'],
    [named, 'token_json_invalid'],
  ] as const
  for (const [sent, code] of cases) {
    const { stdout } = await explain(sent)
    expect(stdout).toContain(`Refused: ${code}`)
    expect(stdout).toContain('Refused: nothing"')
    expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}/u)
    expect(stdout).not.toMatch(/^Refused: nothing/m)
  }
})

test('another token that stands in a claim, or in what the issuer tells, is not printed', async () => {
  const inner = await issuer.token()
  const token = await issuer.token({ claims: { previous: [inner] }, audience: inner })
  issuer.addClient({ clientId: 'teller', clientSecret: 'teller-secret', scopes: [] })
  const opaque = issuer.opaqueToken({ claims: { id_token: inner } })
  const secret = fileWith('secret', 'teller-secret')
  const asking = ['--introspect-as', 'teller', '--client-secret-file', secret]
  for (const more of [[], ['--json']]) {
    const run = await explain(token, ...more)
    expect(run.code).toBe(1)
    expect(run.stdout).toContain('previous')
    expectNoSecrets(run, inner)
    expectNoSecrets(run, token)
    const told = await explain(opaque, ...asking, ...more)
    expect(told.stdout).toContain('id_token')
    expectNoSecrets(told, inner)
    expect(told.stdout).not.toContain(opaque)
  }
})

test('a token that is nested too deeply to be shown is refused like any other', async () => {
  const part = (text: string) => Buffer.from(text).toString('base64url')
  const deep = '['.repeat(200_000) + ']'.repeat(200_000)
  const run = await explain(`${part('{"alg":"ES256"}')}.${part(`{"a":${deep}}`)}.c2ln`)
  expect(run).toMatchObject({ code: 1, stderr: '' })
  expect(run.stdout).toContain('Refused: token_too_large')
})

test('--at and --clock-tolerance move the time at which the token is checked', async () => {
  const token = await issuer.token({ expiresInSeconds: 60 })
  const later = new Date(Date.now() + 120_000).toISOString()
  expect((await explain(token)).code).toBe(0)
  expect((await explain(token, '--at', later)).stdout).toContain('Refused: token_expired')
  expect((await explain(token, '--at', later, '--clock-tolerance', '120')).code).toBe(0)
})
