import { describe, expect, test } from 'vitest'
import type { DenialCode } from '../src/errors/denials.ts'
import { TokenRejected, VerificationUnavailable } from '../src/errors/token-rejected.ts'
import { createResourceServer } from '../src/resource-server.ts'
import { tampered } from './support/requests.ts'
import { keys, mint, NOW, optionsFor } from './support/tokens.ts'

const KEY = await keys()
const api = createResourceServer(optionsFor(KEY))
const TOKEN = await mint(KEY)

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => new Error('nothing was refused'),
    error => error,
  )
}

test('verify() gives the access of a good token, and the same one again', async () => {
  const access = await api.verify(TOKEN)
  expect(access).toMatchObject({ clientId: 'nightly-import' })
  expect(access.has('controls:read')).toBe(true)
  expect(await api.verify(TOKEN)).toBe(access)
})

describe('verify() throws TokenRejected with the code', () => {
  test.each<[string, string | Promise<string>, DenialCode]>([
    ['a changed signature', tampered(TOKEN), 'signature_invalid'],
    ['a changed payload', tampered(TOKEN, 1), 'token_json_invalid'],
    ['an expired token', mint(KEY, { exp: NOW - 60 }), 'token_expired'],
    ['no jti', mint(KEY, { jti: undefined }), 'claim_missing'],
    ['nothing', '', 'token_malformed'],
    ['a header value instead of a token', `Bearer ${TOKEN}`, 'token_malformed'],
    ['a line break behind the token', `${TOKEN}\n`, 'token_malformed'],
    ['too many characters', 'a'.repeat(16_385), 'token_too_large'],
  ])('%s', async (_name, token, code) => {
    expect(await api.verify(TOKEN)).toBeDefined()
    const error = await errorOf(api.verify(await token))
    expect(error).toBeInstanceOf(TokenRejected)
    expect(error).toMatchObject({ name: 'TokenRejected', code, status: 401 })
  })
})

test('verify() throws VerificationUnavailable where the keys cannot be had: that is no verdict about the token', async () => {
  const { jwks: _, ...published } = optionsFor(KEY)
  const unreachable = createResourceServer({
    ...published,
    jwksUri: 'http://127.0.0.1:1/jwks',
    allowHttpOnLoopback: true,
  })
  const error = await errorOf(unreachable.verify(TOKEN))
  expect(error).toBeInstanceOf(VerificationUnavailable)
  expect(error).toMatchObject({ code: 'keys_unavailable', status: 503, retryAfterSeconds: 5 })
})

describe('what is no text is refused like any other bad token: a message from a queue may hold anything', () => {
  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a number', 7],
    ['an object', { token: TOKEN }],
    ['a list', [TOKEN]],
    ['the bytes of a token that is remembered', Buffer.from(TOKEN)],
  ])('%s', async (_name, token) => {
    expect(await api.verify(TOKEN)).toBeDefined()
    const error = await errorOf(api.verify(token as string))
    expect(error).toBeInstanceOf(TokenRejected)
    expect(error).toMatchObject({ code: 'token_malformed' })
  })
})
