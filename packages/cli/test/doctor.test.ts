import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createAuthority, createTestIssuer, type Fault, type TestIssuer } from '@scopeward/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Examination, examine } from '../src/doctor/examine.ts'
import { closedOrigin, expectNoSecrets, fileWith, scopeward, scopewardProcess } from './main.support.ts'

const AUDIENCE = 'https://api.example.com'

let issuer: TestIssuer

beforeEach(async () => {
  issuer = await createTestIssuer({
    algorithm: 'ES256',
    clients: [{ clientId: 'c', clientSecret: 's', scopes: ["it's:read"] }],
  })
})

afterEach(() => issuer.stop())

function look(token?: string): Promise<Examination> {
  return examine({ issuer: issuer.issuer, audiences: [AUDIENCE], token })
}

/** `level topic`, of what is not as it should be on this machine. */
function faultsIn({ findings }: Examination): readonly string[] {
  return findings
    .filter(({ level, topic }) => level !== 'ok' && topic !== 'transport')
    .map(each => `${each.level} ${each.topic}`)
}

test('a sound issuer: no problem, exit code 0, and a configuration to paste', async () => {
  const token = await issuer.token({ scope: 'controls:read' })
  const run = await scopeward(['doctor', '--issuer', issuer.issuer, '--audience', AUDIENCE, '--token', '-'], {
    input: token,
  })
  expect(run).toMatchObject({ code: 0, stderr: '' })
  expect(run.stdout).not.toMatch(/^problem/m)
  expect(run.stdout).toContain('ok       keys       key "key-1": EC "P-256", "ES256"')
  expect(run.stdout).toContain('ok       readiness  the real verifier has keys and is ready')
  expect(run.stdout).toContain('warning  transport  http on this machine, without TLS')
  expect(run.stdout).toContain(`createGuard({
  issuer: '${issuer.issuer}',
  audience: 'https://api.example.com',
  scopes: {
    'controls:read': 'Say what it allows',
  },
  allowHttpOnLoopback: true, // for development only
})`)
  expectNoSecrets(run, token)
})

test('an issuer that cannot be reached: exit code 3, and why', async () => {
  const run = await scopeward(['doctor', '--issuer', await closedOrigin()])
  expect(run).toMatchObject({ code: 3, stderr: '' })
  expect(run.stdout).toMatch(/^problem {2}metadata .*nothing listens there \(ECONNREFUSED\)\n +-> /m)
  expect(run.stdout).not.toMatch(/^\s+at /m)
})

test('an identifier that differs in a slash is shown with both names: exit code 1', async () => {
  const run = await scopeward(['doctor', '--issuer', `${issuer.issuer}/`, '--json'])
  const { findings } = JSON.parse(run.stdout) as Examination
  expect(run.code).toBe(1)
  expect(findings[0]).toMatchObject({ level: 'problem', topic: 'metadata' })
  expect(findings[0]?.text).toContain(`it names "${issuer.issuer}", and the issuer to trust is "${issuer.issuer}/"`)
})

const FAULTS: readonly (readonly [Fault, 'metadata' | 'jwks', string])[] = [
  ['down', 'metadata', 'network error|UND_ERR_SOCKET'],
  ['error', 'metadata', 'status 500'],
  ['not-found', 'metadata', 'status 404'],
  ['html', 'metadata', 'not a JSON object'],
  ['redirect', 'metadata', 'it redirects \\(302\\)'],
  ['wrong-issuer', 'metadata', 'they must be the same to the letter'],
  ['gzip-bomb', 'metadata', 'not a JSON object'],
  ['huge', 'jwks', 'larger than 524288 bytes'],
  ['error', 'jwks', 'status 500'],
  ['wrong-json', 'jwks', 'no array "keys"|not a strict JSON object'],
  ['empty', 'jwks', 'no key that can be used'],
]

test.each(FAULTS)('an issuer with the fault %s at its %s is found out', async (fault, on, reason) => {
  expect(faultsIn(await look())).toEqual([])
  issuer.setFault(fault, on)
  const examined = await look()
  const problems = examined.findings.filter(({ level }) => level === 'problem')
  expect(problems.map(({ text }) => text).join('\n')).toMatch(new RegExp(reason))
  expect(problems.every(({ advice }) => advice !== undefined)).toBe(true)
})

test('weak, leaked, doubled and nameless keys are told by their strength and by what the verifier makes of them', async () => {
  const { publicJwk, privateKey } = await issuer.rotateKeys({ algorithm: 'RS256' })
  const weak = { ...publicJwk, kid: 'weak', n: Buffer.alloc(128, 0xff).toString('base64url') }
  const leaked = { ...publicJwk, ...privateKey.export({ format: 'jwk' }), kid: 'leaked' }
  const encryption = { ...publicJwk, kid: 'enc', use: 'enc' }
  issuer.publish({ keys: [publicJwk, publicJwk, weak, leaked, encryption, { ...publicJwk, kid: undefined }] })
  const examined = await look()
  const texts = examined.findings.filter(({ topic }) => topic === 'keys').map(({ level, text }) => `${level} ${text}`)
  expect(texts).toContainEqual(expect.stringMatching(/^problem key "weak": RSA 1024 bits.*shorter than 2048 bits/))
  expect(texts).toContainEqual(expect.stringMatching(/^problem key "leaked".*must never be published/))
  expect(texts).toContainEqual(expect.stringMatching(/^ok key "enc".*not for signatures, left aside/))
  expect(texts).toContain('ok key "key-2": RSA 2048 bits, "RS256"')
  expect(texts).toContain('warning 2 keys are named "key-2"')
  expect(texts).toContain('warning 1 of 6 keys have no kid')
  expect(JSON.stringify(examined)).not.toContain(leaked.d)
})

test.each([
  [null, 'warning', 'has no Cache-Control; keys are kept for 10 minutes'],
  [5, 'warning', 'keys are kept for 60 seconds'],
  [600, 'ok', 'keys are kept for 10 minutes'],
  [604_800, 'warning', 'keys are kept for 24 hours'],
])('a key set with max-age %s', async (keySetMaxAgeSeconds, level, text) => {
  await using other = await createTestIssuer({ keySetMaxAgeSeconds, algorithm: 'ES256' })
  const { findings } = await examine({ issuer: other.issuer, audiences: [], token: undefined })
  const cache = findings.find(({ topic }) => topic === 'cache')
  expect(cache?.level).toBe(level)
  expect(cache?.text).toContain(text)
})

test.each([
  ['the default of Auth0', 'auth0', { client_id: undefined, azp: 'c', gty: 'client-credentials', jti: undefined }],
  ['Keycloak', 'keycloak', { client_id: undefined, azp: 'c', typ: 'Bearer' }],
])('a token as %s writes it: the profile under which the real verifier takes it', async (_, profile, claims) => {
  const { configuration, findings } = await look(await issuer.token({ header: { typ: 'JWT' }, claims }))
  expect(configuration.profile).toBe(profile)
  expect(findings.map(({ text }) => text)).toContain(`accepted by the real verifier under the profile ${profile}`)
})

test('an ID token and an expired token fit no profile', async () => {
  expect(faultsIn(await look(await issuer.token()))).toEqual([])
  const idToken = await look(await issuer.token({ header: { typ: 'JWT' }, claims: { nonce: 'n' } }))
  expect(idToken.findings.at(-1)).toMatchObject({
    level: 'problem',
    advice: expect.stringContaining('looks like an ID token'),
  })
  const expired = await look(await issuer.token({ expiresInSeconds: -60 }))
  expect(expired.findings.at(-1)?.text).toBe('no profile takes it: token_expired')
})

test('keys of other algorithms end up in the configuration, and scopes of the metadata are quoted', async () => {
  await issuer.rotateKeys({ algorithm: 'ES384' })
  const run = await scopeward(['doctor', '--issuer', issuer.issuer])
  expect(run.stdout).toContain("algorithms: ['ES256', 'ES384']")
  expect(run.stdout).toContain("'it\\'s:read': 'Say what it allows',")
})

test('over TLS: its version, how long the certificate lasts, and a difference between clocks', async () => {
  const authority = createAuthority('test authority')
  const { certificate, privateKey } = authority.issue('127.0.0.1')
  const late = new Date(Date.now() - 90_000).toUTCString()
  const server = createServer({ cert: certificate, key: privateKey }, (request, response) => {
    const origin = `https://${request.headers.host}`
    const isKeySet = request.url === '/jwks'
    response.sendDate = false
    response.setHeader('date', late)
    response.end(
      JSON.stringify(
        isKeySet ? { keys: [issuer.signingKey.publicJwk] } : { issuer: origin, jwks_uri: `${origin}/jwks` },
      ),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const env = { NODE_EXTRA_CA_CERTS: fileWith('ca.pem', authority.certificate) }
  const trusted = await scopewardProcess(['doctor', '--issuer', url], { env })
  const untrusted = await scopeward(['doctor', '--issuer', url])
  server.close()
  // Above all no warning of Node: an IP address is no server name (RFC 6066 section 3).
  expect(trusted).toMatchObject({ code: 0, stderr: '' })
  expect(trusted.stdout).toMatch(
    /^warning {2}transport {2}TLSv1\.3, and the certificate is valid for another \d+ hours/m,
  )
  expect(trusted.stdout).toMatch(/^warning {2}clock {6}the clock of the issuer is .* behind/m)
  expect(trusted.stdout).not.toContain('allowHttpOnLoopback')
  expect(untrusted.code).toBe(3)
  expect(untrusted.stdout).toMatch(/its TLS certificate cannot be verified|is of an authority that is not known here/)
})
