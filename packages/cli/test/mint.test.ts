import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createResourceServer } from '@scopeward/core'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectClearFailure, fileWith, scopeward, scopewardProcess } from './main.support.ts'

let issuer: TestIssuer

beforeAll(async () => {
  issuer = await createTestIssuer({
    algorithm: 'ES256',
    clients: [{ clientId: 'a+b', clientSecret: 's/cret', scopes: ['read', 'write'] }],
  })
})

afterAll(() => issuer.stop())

/** Takes long to make. */
const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 })

const scopes = { read: 'Read', write: 'Write' }

test('a token of a running issuer: nothing but the token on standard output, and a resource server takes it', async () => {
  const flags = ['mint', '--issuer', issuer.issuer, '--client', 'a+b:s/cret', '--scope', 'read']
  const run = await scopewardProcess(flags)
  expect(run).toMatchObject({ code: 0, stderr: '' })
  expect(run.stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)
  const server = createResourceServer({ ...issuer.options, audience: 'https://api.example.com', scopes })
  const access = await server.verify(run.stdout.trim())
  expect([access.clientId, [...access.scopes]]).toEqual(['a+b', ['read']])
  const json = JSON.parse((await scopeward([...flags, '--json'])).stdout) as Record<string, unknown>
  expect(json).toMatchObject({ token_type: 'Bearer', expires_in: 300, scope: 'read' })
})

test('what the issuer refuses is said in its words, without the secret', async () => {
  const run = await scopeward(['mint', '--issuer', issuer.issuer, '--client', 'a+b:a-wrong-secret'])
  expect(run).toMatchObject({ code: 1, stdout: '' })
  expect(run.stderr).toMatch(/^scopeward: The issuer refused with "invalid_client"/)
  expect(run.stderr).not.toContain('a-wrong-secret')
})

test('what an issuer gives out as a token is printed only if it can be one', async () => {
  const server = createServer((request, response) => {
    const origin = `http://${request.headers.host}`
    const isMetadata = request.url?.startsWith('/.well-known/')
    const token = { access_token: 'abc\u001b[2J\u202e', token_type: 'Bearer' }
    response.end(JSON.stringify(isMetadata ? { issuer: origin, token_endpoint: `${origin}/token` } : token))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const run = await scopeward(['mint', '--issuer', `http://127.0.0.1:${port}`, '--client', 'a:b'])
  server.close()
  expectClearFailure(run, 3, /The token endpoint answered 200 without a token/)
})

test.each([
  ['RS256', () => RSA],
  ['ES256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ['Ed25519', () => generateKeyPairSync('ed25519')],
])(
  "a token signed with a private key of one's own is taken where its public half is published: %s",
  async (alg, generate) => {
    const { privateKey, publicKey } = generate()
    const jwk = { ...privateKey.export({ format: 'jwk' }), kid: 'mine' }
    const published = { ...publicKey.export({ format: 'jwk' }), kid: 'mine', alg, use: 'sig' }
    const flags = ['mint', '--issuer', 'https://login.example.com', '--audience', 'https://api.example.com']
    const run = await scopeward([...flags, '--key', fileWith('key.jwk', JSON.stringify(jwk)), '--scope', 'write'])
    expect(run).toMatchObject({ code: 0, stderr: '' })
    const server = createResourceServer({
      issuer: 'https://login.example.com',
      audience: 'https://api.example.com',
      jwks: { keys: [published] },
      scopes,
    })
    const access = await server.verify(run.stdout.trim())
    expect([access.kind, [...access.scopes]]).toEqual(['service', ['write']])
  },
)

test('PEM will do, with --kid, and --type makes a token that is none', async () => {
  const key = fileWith('key.pem', RSA.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
  const flags = [
    '--issuer',
    'https://login.example.com',
    '--audience',
    'x',
    '--key',
    key,
    '--kid',
    'k',
    '--type',
    'JWT',
  ]
  const { stdout } = await scopeward(['mint', ...flags])
  const header = JSON.parse(Buffer.from(stdout.split('.')[0] ?? '', 'base64url').toString()) as unknown
  expect(header).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'k' })
})
