import type { DenialCode } from '@scopeward/core'
import { describe, expect, test } from 'vitest'
import { expectDenied, expectGranted, expectGrantedInProcess } from '../sender/support.ts'
import type { RawRequest } from '../support/raw-http.ts'
import { holdRows } from './hold-rows.ts'
import { bearer, useBench } from './support.ts'

holdRows()

const bench = useBench()

/** Header lines of a request for `/guarded`, with `{token}` for a good token; and what they are refused with. */
type Attempt = readonly [name: string, code: DenialCode, request: RawRequest | readonly string[]]

const CREDENTIALS = { presented: undefined, schemes: ['Bearer'] } as const
const FORM = 'Content-Type: application/x-www-form-urlencoded'

function requestWith(token: string, request: RawRequest | readonly string[]): RawRequest {
  const given: RawRequest = Array.isArray(request) ? { headers: request } : (request as RawRequest)
  const fill = (text: string): string => text.replaceAll('{token}', token)
  return {
    path: fill(given.path ?? '/guarded'),
    headers: (given.headers ?? []).map(fill),
    ...(given.body !== undefined && { body: fill(given.body) }),
  }
}

/** Each after its honest twin: the same token, sent as it should be. */
function testAttempts(attempts: readonly Attempt[]): void {
  test.each(attempts.map(attempt => [attempt[0], attempt] as const))('%s', async (_, [, code, request]) => {
    const { token } = await bench.honest()
    await expectGrantedInProcess(bench, bearer(token))
    const answers = await expectDenied(bench, requestWith(token, request), { code, ...CREDENTIALS })
    for (const { raw } of answers) expect(raw).not.toContain(token.slice(-20))
  })
}

const header = (name: string, code: DenialCode, line: string): Attempt => [name, code, [`Authorization: ${line}`]]

test('the request that all of these start from is let in, in every spelling of its scheme and with several spaces', async () => {
  const { token } = await bench.honest()
  for (const line of [
    'Authorization: Bearer',
    'authorization: bearer',
    'AUTHORIZATION: BEARER',
    'Authorization:bEaReR  ',
  ]) {
    await expectGranted(bench, { path: '/guarded', headers: [`${line} ${token}`] })
  }
})

describe('HTTP1: more than one Authorization header (RFC 9110 section 5.3)', () => {
  const twice = (name: string, ...lines: readonly string[]): Attempt => [name, 'authorization_duplicated', lines]
  const good = 'Authorization: Bearer {token}'
  testAttempts([
    twice('HTTP1 the same twice', good, good),
    twice('HTTP1 a good one first', good, 'Authorization: Bearer x'),
    twice('HTTP1 a good one last', 'Authorization: Bearer x', good),
    twice('HTTP1 in different case', good, 'AUTHORIZATION: Bearer {token}'),
    twice('HTTP1 of two schemes', good, 'Authorization: Basic dTpw'),
    twice('HTTP1 a good one and an empty one', good, 'Authorization:'),
    twice('HTTP1 with another header between them', good, 'X-Between: 1', good),
  ])
})

describe('HTTP2: what stands behind the scheme is one token and nothing else (RFC 6750 section 2.1)', () => {
  const malformed = (name: string, line: string): Attempt => header(name, 'authorization_malformed', line)
  testAttempts([
    malformed('HTTP2 nothing', ''),
    malformed('HTTP2 the scheme alone', 'Bearer'),
    malformed('HTTP2 the scheme and spaces', 'Bearer   '),
    malformed('HTTP2 a second word behind the token', 'Bearer {token} x'),
    malformed('HTTP2 a word in front of the token', 'Bearer x {token}'),
    malformed('HTTP2 the scheme twice', 'Bearer Bearer {token}'),
    malformed('HTTP2 a list of two credentials', 'Bearer {token}, Bearer {token}'),
    malformed('HTTP2 a list of two schemes', 'Bearer {token}, Basic dTpw'),
    malformed('HTTP2 a comma behind', 'Bearer {token},'),
    malformed('HTTP2 a semicolon behind', 'Bearer {token};'),
    malformed('HTTP2 a tab for the space', 'Bearer\t{token}'),
    malformed('HTTP2 a tab behind the space', 'Bearer \t{token}'),
    malformed('HTTP2 a no-break space for the space', 'Bearer\xa0{token}'),
    malformed('HTTP2 the bytes of a zero-width space', 'Bearer \xe2\x80\x8b{token}'),
    malformed('HTTP2 a colon behind the scheme', 'Bearer: {token}'),
    malformed('HTTP2 the token in quotes', 'Bearer "{token}"'),
    malformed('HTTP2 the token as a parameter', 'Bearer token="{token}"'),
    malformed('HTTP2 padding alone', 'Bearer ==='),
    malformed('HTTP2 JSON', 'Bearer {"token":"{token}"}'),
    malformed('HTTP2 a byte above ASCII behind', 'Bearer {token}\xe9'),
  ])
})

describe('HTTP3: a good token under another scheme is no credential here (RFC 6750 section 3.1)', () => {
  const other = (scheme: string): Attempt => header(`HTTP3 ${scheme}`, 'scheme_unsupported', `${scheme} {token}`)
  testAttempts([
    ...['Basic', 'Token', 'JWT', 'Bearerx', 'xBearer', 'Digest', 'Negotiate', 'DPoP', 'OAuth'].map(other),
    header('HTTP3 no scheme', 'scheme_unsupported', '{token}'),
    header('HTTP3 Basic with a user and a password', 'scheme_unsupported', 'Basic dXNlcjpwYXNz'),
  ])
})

describe('HTTP4: a token anywhere but in the Authorization header is not looked for (OAuth 2.1 section 5.1)', () => {
  const elsewhere = (name: string, request: RawRequest | readonly string[]): Attempt => [
    name,
    'credentials_missing',
    request,
  ]
  testAttempts([
    elsewhere('HTTP4 in the query', { path: '/guarded?access_token={token}' }),
    elsewhere('HTTP4 in the query as a list', { path: '/guarded?access_token[]={token}&access_token={token}' }),
    elsewhere('HTTP4 in a form', { headers: [FORM], body: 'access_token={token}' }),
    elsewhere('HTTP4 in a cookie, signed or not', ['Cookie: access_token={token}; token=s%3A{token}.x; jwt={token}']),
    elsewhere('HTTP4 in a malformed cookie', ['Cookie: =; %; token="; {token}; a=%zz; __proto__={token}']),
    elsewhere('HTTP4 in Proxy-Authorization', ['Proxy-Authorization: Bearer {token}']),
    elsewhere('HTTP4 in headers of other products', [
      'X-Authorization: Bearer {token}',
      'X-Access-Token: {token}',
      'X-Forwarded-Authorization: Bearer {token}',
      'X-Forwarded-Access-Token: {token}',
      'X-Amzn-Oidc-Accesstoken: {token}',
      'X-Ms-Token-Aad-Access-Token: {token}',
    ]),
    elsewhere('HTTP4 in Sec-WebSocket-Protocol', ['Sec-WebSocket-Protocol: bearer, {token}']),
  ])

  test('HTTP4 rubbish in all those places changes nothing about a good header', async () => {
    const { token } = await bench.honest()
    await expectGranted(bench, {
      path: '/guarded?access_token=x&access_token[]=y',
      headers: [FORM, `Authorization: Bearer ${token}`, 'Cookie: access_token=x; %', 'X-Access-Token: x'],
      body: 'access_token=x',
    })
  })
})
