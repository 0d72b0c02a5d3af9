import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closedOrigin, expectClearFailure, fileWith, scopeward } from './main.support.ts'

let issuer: TestIssuer

beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})

afterAll(() => issuer.stop())

const TRUST = ['--issuer', 'https://login.example.com', '--audience', 'https://api.example.com']
const EXPLAIN = ['explain', 'a.b.c', ...TRUST]
const MINT = ['mint', '--issuer', 'https://login.example.com']
const noJson = fileWith('no.json', '{ "keys": [')
const noKeys = fileWith('no-keys.json', '{ "keys": 7 }')

/** All are wrong use: exit code 2. */
const WRONG_USE: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['an unknown command', ['explian'], /unknown command 'explian'\n\(Did you mean explain\?\)/],
  ['an unknown option', [...EXPLAIN, '--audeince', 'x'], /unknown option '--audeince'\n\(Did you mean --audience\?\)/],
  ['no token', ['explain', ...TRUST], /missing required argument 'token'/],
  ['an empty token', ['explain', '-', ...TRUST], /There is no token on standard input/],
  ['no issuer', ['explain', 'a.b.c'], /required option '--issuer <url>' not specified/],
  ['no audience', ['explain', 'a.b.c', '--issuer', 'https://a.example'], /required option '--audience <value>'/],
  [
    'an issuer that is no URL',
    ['explain', 'a.b.c', '--issuer', 'login', '--audience', 'x'],
    /"login" is not an absolute URL/,
  ],
  ['http elsewhere', ['doctor', '--issuer', 'http://login.example.com'], /must be https; http is for localhost/],
  ['a password in a URL', ['doctor', '--issuer', 'https://me:hunter2@login.example.com'], /must not carry credentials/],
  [
    'no such file',
    [...EXPLAIN, '--jwks', '/no/such/jwks.json'],
    /--jwks: the file "\/no\/such\/jwks.json" cannot be read \(there is none\)/,
  ],
  ['a file that is no JSON', [...EXPLAIN, '--jwks', noJson], /--jwks: the file ".*" is not JSON/],
  ['a file that is no key set', [...EXPLAIN, '--jwks', noKeys], /--jwks: the file is no key set/],
  ['an unknown profile', [...EXPLAIN, '--profile', 'auth1'], /--profile: known are rfc9068, /],
  ['an algorithm that cannot be used', [...EXPLAIN, '--algorithms', 'HS256'], /"algorithms": "HS256" cannot be used/],
  ['no time', [...EXPLAIN, '--at', 'yesterday'], /--at must be a time such as/],
  ['no number', [...EXPLAIN, '--clock-tolerance', 'lots'], /--clock-tolerance must be a number of seconds/],
  [
    'a requirement with an error',
    [...EXPLAIN, '--require', 'a and (b'],
    /--require, column 7: the parenthesis is not closed/,
  ],
  ['a proof of no request', [...EXPLAIN, '--dpop', 'a.b.c'], /--dpop needs --url/],
  ['a requirement that needs a request', [...EXPLAIN, '--require', 'dpop'], /--require names dpop, which needs --url/],
  ['a URL that is none', [...EXPLAIN, '--url', '/v1/controls'], /--url must be the absolute https URL/],
  ['a certificate that is none', [...EXPLAIN, '--client-certificate', noJson], /holds no certificate in PEM/],
  [
    'introspection without a secret',
    [...EXPLAIN, '--introspect-as', 'api'],
    /--introspect-as needs --client-secret-file/,
  ],
  ['no client and no key', MINT, /Give --client id:secret to ask the issuer, or --key FILE to sign/],
  ['a client without a secret', [...MINT, '--client', 'reader'], /--client must be like id:secret/],
  ['a key that is none', [...MINT, '--key', noKeys, '--audience', 'x'], /--key: the file must hold a private key/],
  ['a key and no audience', [...MINT, '--key', noKeys], /--key needs --audience/],
  ['a port that is none', ['issuer', '--port', '70000'], /--port must be a whole number from 0 to 65535/],
  [
    'a client of the issuer without a secret',
    ['issuer', '--client', 'reader'],
    /--client must be like id:secret:scope,scope/,
  ],
  ['a file without clients', ['issuer', '--file', noKeys], /--file must be like \{ "clients"/],
  [
    'a client with a misspelt member',
    ['issuer', '--file', fileWith('c.json', '{"clients":[{"id":"a"}]}')],
    /client: unknown option "id"/,
  ],
  ['an unknown algorithm', ['issuer', '--algorithm', 'HS256'], /"HS256" is none of RS256/],
]

test.each(WRONG_USE)('%s: one clear sentence, exit code 2, no stack trace', async (_, args, sentence) => {
  expectClearFailure(await scopeward(args), 2, sentence)
})

test('an issuer that cannot be reached, or does not answer as one: exit code 3', async () => {
  const closed = await closedOrigin()
  const client = ['--client', 'a:b']
  expectClearFailure(
    await scopeward(['mint', '--issuer', closed, ...client]),
    3,
    /has no usable metadata: nothing listens there/,
  )
  const web = createServer((_, response) => response.end('<h1>Welcome</h1>')).listen(0, '127.0.0.1')
  await once(web, 'listening')
  const { port } = web.address() as AddressInfo
  const run = await scopeward(['mint', '--issuer', `http://127.0.0.1:${port}`, ...client])
  web.close()
  expectClearFailure(run, 3, /no usable metadata: the answer is not a JSON object/)
  const taken = new URL(issuer.issuer).port
  expectClearFailure(await scopeward(['issuer', '--port', taken]), 3, new RegExp(`Port ${taken} is taken`))
})

test('a token in the wrong place is not repeated', async () => {
  const token = await issuer.token()
  const places = (secret: string) => [
    [secret],
    ['explain', 'a.b.c', secret, ...TRUST],
    ['explain', ...TRUST, `--token=${secret}`],
    ['doctor', '--issuer', 'https://login.example.com', `--client-secret=${secret}`],
    ['mint', ...TRUST.slice(0, 2), '--lifetime', secret, '--key', 'k', '--audience', 'x'],
    ['report', 'x.ndjson', '--since', secret],
  ]
  // Opaque ones are short.
  for (const secret of [token, 'b1f6c7d8e9a0b1c2d3e4f5a6b7c8']) {
    for (const args of places(secret)) {
      const run = await scopeward(args)
      expect(run.code).toBe(2)
      expect(run.stdout + run.stderr).not.toContain(secret.slice(0, 20))
      expect(run.stdout + run.stderr).not.toContain(secret.slice(-20))
    }
  }
})

test('what is no token is a refusal and no failure: exit code 1, and what it may be', async () => {
  const flags = ['--issuer', issuer.issuer, '--audience', 'https://api.example.com']
  const cases: readonly (readonly [string, RegExp])[] = [
    ['hello', /This is no JWT\. If the issuer gives out opaque tokens/],
    ['a.b.c.d.e', /This is an encrypted token \(JWE\)/],
    [(await issuer.token()).replace('.', '.\n'), /There is white space in the token/],
    [(await issuer.token()).split('.').slice(0, 2).join('.'), /A signed token has 3 parts; this has 2/],
  ]
  for (const [token, advice] of cases) {
    const run = await scopeward(['explain', '-', ...flags], { input: token })
    expect(run).toMatchObject({ code: 1, stderr: '' })
    expect(run.stdout).toMatch(advice)
  }
})

test('--version prints that of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  expect(await scopeward(['--version'])).toEqual({ stdout: `${version}\n`, stderr: '', code: 0 })
})

test('help is no failure, and names the exit codes of every command', async () => {
  for (const args of [
    ['--help'],
    ['explain', '--help'],
    ['doctor', '--help'],
    ['issuer', '--help'],
    ['mint', '--help'],
    ['routes', '--help'],
    ['report', '--help'],
  ]) {
    const run = await scopeward(args)
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toContain('Exit codes:')
  }
})
