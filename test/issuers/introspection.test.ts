import { describe, expect, test } from 'vitest'
import { active, json, type Reply, startEndpoint, trusting } from './support/endpoint.ts'
import { startCallers, type ThreeCallers } from './support/three-callers.ts'
import { expectGranted, unauthorized, unavailable } from './support/verdicts.ts'

const TOKEN = 'an-opaque.token_1~2+3/4=='
const seconds = (fromNow: number) => Math.floor(Date.now() / 1000) + fromNow

/** Answers after an honest one; nothing is remembered in between. */
async function answering(reply: Reply): Promise<ThreeCallers> {
  const endpoint = await startEndpoint()
  const callers = await startCallers(trusting(endpoint, { cacheSeconds: 0 }))
  await expectGranted(callers, TOKEN, { issuer: endpoint.issuer, kind: 'service' })
  endpoint.reply = () => reply
  return callers
}

test('an active token is granted what its answer says, and asked about by POST (RFC 7662 section 2.1)', async () => {
  const endpoint = await startEndpoint()
  const callers = await startCallers(trusting(endpoint))
  await expectGranted(callers, TOKEN, { issuer: endpoint.issuer, kind: 'service' })
  const [{ method, path, headers, form } = expect.fail()] = endpoint.asked
  expect([method, path, headers['content-type'], headers.accept]).toEqual([
    'POST',
    '/introspect',
    'application/x-www-form-urlencoded',
    'application/json',
  ])
  expect([...form]).toEqual([
    ['token', TOKEN],
    ['token_type_hint', 'access_token'],
  ])
})

describe('answers that grant', () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>?]>([
    ['of a user', { username: 'alice', sub: 'u-1' }, { kind: 'user', subject: 'u-1' }],
    ['with this API among several audiences', { aud: ['https://other.example.com', 'https://api.example.com'] }],
    ['with token_type in lower case (RFC 6749 section 5.1)', { token_type: 'bearer' }],
    ['with members that nobody knows', { 'https://vendor.example/x': { y: [1] } }],
    ['with an nbf that has passed', { nbf: seconds(-5) }],
  ])('%s', async (_name, changes, caller) => {
    const callers = await answering(json(active(changes)))
    await expectGranted(callers, TOKEN, caller)
  })

  // The tolerance of five seconds would be over where `exp` was reckoned when the file is loaded.
  test('that expired within the clock tolerance', async () => {
    const callers = await answering(json(active({ exp: seconds(-1) })))
    await expectGranted(callers, TOKEN)
  })

  test('without scope there is no privilege: 403 (RFC 6750 section 3.1)', async () => {
    const callers = await answering(json(active({ scope: undefined })))
    const answer = await callers.ask(TOKEN)
    expect([answer.status, answer.code]).toEqual([403, 'insufficient_scope'])
  })
})

describe('answers that refuse with 401, whatever an honest one says (RFC 7662 section 2.2, RFC 9700 section 2.3)', () => {
  test.each<[string, Record<string, unknown>, ...Parameters<typeof unauthorized>]>([
    ['inactive', { active: false }, 'token_inactive'],
    ['expired by our clock, though active', { exp: seconds(-60) }, 'token_expired'],
    ['exp missing', { exp: undefined }, 'claim_missing', { claim: 'exp' }],
    ['exp a string', { exp: String(seconds(300)) }, 'claim_invalid', { claim: 'exp' }],
    ['exp null', { exp: null }, 'claim_invalid', { claim: 'exp' }],
    ['exp never', { exp: 1e15 }, 'claim_invalid', { claim: 'exp' }],
    ['nbf in the future', { nbf: seconds(60) }, 'token_not_yet_valid'],
    ['nbf a string', { nbf: '0' }, 'claim_invalid', { claim: 'nbf' }],
    ['iat in the future', { iat: seconds(60) }, 'token_issued_in_future'],
    ['aud of another API', { aud: 'https://other.example.com' }, 'audience_mismatch', { audiences: 1 }],
    ['aud with a slash more', { aud: 'https://api.example.com/' }, 'audience_mismatch', { audiences: 1 }],
    ['aud an empty list', { aud: [] }, 'audience_mismatch', { audiences: 0 }],
    ['aud missing', { aud: undefined }, 'claim_missing', { claim: 'aud' }],
    ['aud a list with an object', { aud: ['https://api.example.com', {}] }, 'claim_invalid', { claim: 'aud' }],
    ['iss of another issuer', { iss: 'https://other.example.com' }, 'issuer_not_trusted'],
    ['iss a list', { iss: [] }, 'issuer_not_trusted'],
    ['iss null', { iss: null }, 'issuer_not_trusted'],
    ['token_type DPoP', { token_type: 'DPoP' }, 'claim_invalid', { claim: 'token_type' }],
    ['token_type N_A, as of refresh tokens', { token_type: 'N_A' }, 'claim_invalid', { claim: 'token_type' }],
    ['token_type missing', { token_type: undefined }, 'claim_missing', { claim: 'token_type' }],
    ['token_type a list', { token_type: ['Bearer'] }, 'claim_invalid', { claim: 'token_type' }],
    ['client_id missing', { client_id: undefined }, 'claim_missing', { claim: 'client_id' }],
    ['client_id a number', { client_id: 1 }, 'claim_invalid', { claim: 'client_id' }],
    ['sub an object', { sub: {} }, 'claim_invalid', { claim: 'sub' }],
    ['scope a list', { scope: ['reports:read'] }, 'claim_invalid', { claim: 'scope' }],
    ['scope with two spaces', { scope: 'reports:read  x' }, 'claim_invalid', { claim: 'scope' }],
    [
      'cnf of DPoP (RFC 9449 section 6.2)',
      { cnf: { jkt: 'x' } },
      'sender_constraint_unsupported',
      { reason: 'the option dpop is off' },
    ],
    [
      'cnf of mTLS (RFC 8705 section 3.2)',
      { cnf: { 'x5t#S256': 'x' } },
      'sender_constraint_unsupported',
      { reason: 'cnf has a thumbprint that is none' },
    ],
    ['cnf null', { cnf: null }, 'sender_constraint_unsupported', { reason: 'cnf is not an object' }],
    ['nonce, as of an ID token', { nonce: 'n' }, 'claim_not_accepted', { claim: 'nonce' }],
  ])('%s', async (_name, changes, code, detail) => {
    const callers = await answering(json(active(changes)))
    expect(await callers.ask(TOKEN)).toEqual(unauthorized(code, detail))
  })

  test('verify() says the same', async () => {
    const { core } = await answering(json({ active: false }))
    await expect(core.verify(TOKEN)).rejects.toMatchObject({
      name: 'TokenRejected',
      code: 'token_inactive',
      status: 401,
    })
  })
})

describe('answers that cannot be used are 503, and neither a verdict nor a fault of ours (RFC 7662 section 2.3)', () => {
  const UNDECIDED = 'the answer does not say whether the token is active'
  const NO_OBJECT = 'the answer was not a strict JSON object'
  const text = (body: string): Reply => ({ body })
  const honest = JSON.stringify(active())
  test.each<[string, Reply, string]>([
    ['active the text "true"', json(active({ active: 'true' })), UNDECIDED],
    ['active 1', json(active({ active: 1 })), UNDECIDED],
    ['active null', json(active({ active: null })), UNDECIDED],
    ['active an object', json(active({ active: {} })), UNDECIDED],
    ['active missing', json(active({ active: undefined })), UNDECIDED],
    ['active under another case', json(active({ active: undefined, Active: true })), UNDECIDED],
    ['active inherited', text(`{"__proto__":${honest}}`), UNDECIDED],
    ['an empty object', text('{}'), UNDECIDED],
    ['a list', json([active()]), NO_OBJECT],
    ['true', text('true'), NO_OBJECT],
    ['nothing', text(''), NO_OBJECT],
    ['a web page', { headers: { 'content-type': 'text/html' }, body: '<title>Sign in</title>' }, NO_OBJECT],
    ['active twice, the last one true', text(`{"active":false,${honest.slice(1)}`), NO_OBJECT],
    ['active twice, the first one true', text(`${honest.slice(0, -1)},"active":false}`), NO_OBJECT],
    ['active twice, once with an escape', text(`{"\\u0061ctive":false,${honest.slice(1)}`), NO_OBJECT],
    ['scope twice', text(`{"scope":"x",${honest.slice(1)}`), NO_OBJECT],
    ['a byte order mark', text(`\ufeff${honest}`), NO_OBJECT],
    ['invalid UTF-8', { body: Buffer.from(honest.replace('billing', 'b\xffing'), 'latin1') }, NO_OBJECT],
    ['a number beyond all numbers', text(`{"x":1e999,${honest.slice(1)}`), NO_OBJECT],
    ['two documents', text(`${honest}${honest}`), NO_OBJECT],
    ['a signed answer that was not asked for', text('eyJhbGciOiJub25lIn0.e30.'), NO_OBJECT],
    ['201', { status: 201, body: honest }, 'the answer had status 201'],
    ['204', { status: 204, body: '' }, 'the answer had status 204'],
    ['400', { status: 400, body: '{"active":false}' }, 'the answer had status 400'],
    ['401: our credentials are wrong', { status: 401, body: honest }, 'the answer had status 401'],
    ['403', { status: 403, body: honest }, 'the answer had status 403'],
    ['429', { status: 429, headers: { 'retry-after': '9' }, body: '' }, 'the answer had status 429'],
    ['500', { status: 500, body: honest }, 'the answer had status 500'],
    ['302', { status: 302, headers: { location: '/introspect' }, body: honest }, 'the request failed (network error)'],
    ['307', { status: 307, headers: { location: '/introspect' }, body: '' }, 'the request failed (network error)'],
  ])('%s', async (_name, reply, reason) => {
    const callers = await answering(reply)
    expect(await callers.ask(TOKEN)).toEqual(unavailable(reason))
  })

  test('verify() says the same', async () => {
    const { core } = await answering({ body: '' })
    await expect(core.verify(TOKEN)).rejects.toMatchObject({
      name: 'VerificationUnavailable',
      code: 'introspection_unavailable',
      status: 503,
      retryAfterSeconds: 5,
    })
  })
})
