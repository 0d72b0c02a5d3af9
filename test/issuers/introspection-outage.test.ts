import { generateKeyPairSync } from 'node:crypto'
import { type Fault, testClock } from '@scopeward/testing'
import { describe, expect, test } from 'vitest'
import { active, json, type Reply, startEndpoint, trusting } from './support/endpoint.ts'
import { createRig } from './support/rig.ts'
import { startCallers } from './support/three-callers.ts'
import { expectGranted, unauthorized, unavailable } from './support/verdicts.ts'

/** An honest answer by this clock. */
function activeAt(clock: () => number): ReturnType<typeof active> {
  return active({ iat: clock() / 1000, exp: clock() / 1000 + 300 })
}

const QUICK = { fetchTimeoutSeconds: 0.5 }

/** What operators read where the endpoint fails in this way. */
const FAULTS: readonly (readonly [Fault, string])[] = [
  ['down', 'the request failed (UND_ERR_SOCKET)'],
  ['reset', 'the request failed (UND_ERR_SOCKET)'],
  ['error', 'the answer had status 500'],
  ['unavailable', 'the answer had status 503'],
  ['not-found', 'the answer had status 404'],
  ['redirect', 'the request failed (network error)'],
  ['html', 'the answer was not a strict JSON object'],
  ['invalid-json', 'the answer was not a strict JSON object'],
  ['wrong-json', 'the answer was not a strict JSON object'],
  ['slow', 'no complete answer within 0.5 s'],
  ['slow-body', 'no complete answer within 0.5 s'],
  ['huge', 'the answer was larger than 524288 bytes'],
  ['gzip-bomb', 'the answer was larger than 524288 bytes'],
]

describe('an endpoint that fails is 503, and works again without a restart', () => {
  test.each(FAULTS)('%s', async (fault, reason) => {
    const patient = { fetchTimeoutSeconds: 5 }
    const { callers, issuer, token } = await createRig({
      api: fault.startsWith('slow') ? QUICK : patient,
      introspection: { cacheSeconds: 0 },
    })
    const opaque = token()
    await expectGranted(callers, opaque)
    issuer.setFault(fault, 'introspection')
    expect(await callers.ask(opaque)).toEqual(unavailable(reason))
    expect(issuer.requests.redirected).toBe(0)
    issuer.setFault(undefined)
    await expectGranted(callers, opaque)
  })

  test('a host that is not there', async () => {
    const { callers, issuer, token } = await createRig({ introspection: { cacheSeconds: 0 } })
    await expectGranted(callers, token())
    const opaque = token()
    await issuer.stop()
    expect(await callers.ask(opaque)).toEqual(unavailable('the request failed (ECONNREFUSED)'))
  })
})

describe('400 (RFC 7009 section 2.2.1)', () => {
  const refusedWith = (body: string): Reply => ({ status: 400, body })
  const unsupported = refusedWith('{"error":"unsupported_token_type","error_description":"no JWTs here"}')

  test('unsupported_token_type is a verdict about the token: 401, remembered as long as any other', async () => {
    const endpoint = await startEndpoint()
    const clock = testClock()
    const callers = await startCallers({ ...trusting(endpoint, { cacheSeconds: 20 }), clock })
    endpoint.reply = ({ form }) => (form.get('token') === 'honest' ? json(activeAt(clock)) : unsupported)
    await expectGranted(callers, 'honest')
    expect(endpoint.asked.length).toBe(3)
    for (const seconds of [0, 19.999]) {
      clock.advance({ seconds })
      expect(await callers.ask('of-another-kind')).toEqual(unauthorized('token_inactive'))
    }
    expect(endpoint.asked.length).toBe(6)
    clock.advance({ seconds: 0.001 })
    endpoint.reply = () => json(activeAt(clock))
    await expectGranted(callers, 'of-another-kind')
  })

  test.each([
    ['another error', '{"error":"invalid_request"}'],
    ['wrong credentials', '{"error":"invalid_client"}'],
    ['an error of another spelling', '{"error":"Unsupported_Token_Type"}'],
    ['a list of errors', '{"error":["unsupported_token_type"]}'],
    ['the error in a list', '[{"error":"unsupported_token_type"}]'],
    ['the error twice', '{"error":"invalid_request","error":"unsupported_token_type"}'],
    ['the error in a description', '{"error_description":"unsupported_token_type"}'],
    ['an answer about the token', '{"active":false}'],
    ['an active token', JSON.stringify(active())],
    ['HTML', '<html>unsupported_token_type</html>'],
    ['nothing', ''],
  ])('%s says nothing about the token: 503, and the next request asks anew', async (_name, body) => {
    const endpoint = await startEndpoint()
    const callers = await startCallers(trusting(endpoint))
    await expectGranted(callers, 'honest')
    endpoint.reply = () => refusedWith(body)
    expect(await callers.ask('other')).toEqual(unavailable('the answer had status 400'))
    endpoint.reply = () => json(active())
    await expectGranted(callers, 'other')
  })

  test.each([401, 403, 404, 422, 500])('unsupported_token_type with status %i is none', async status => {
    const endpoint = await startEndpoint()
    const callers = await startCallers(trusting(endpoint))
    endpoint.reply = () => unsupported
    expect(await callers.ask('one')).toEqual(unauthorized('token_inactive'))
    endpoint.reply = () => ({ ...unsupported, status })
    expect(await callers.ask('other')).toEqual(unavailable(`the answer had status ${status}`))
  })

  test('also where answers are signed: a refusal is not (RFC 9701 section 5)', async () => {
    const endpoint = await startEndpoint()
    const jwks = { keys: [generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' })] }
    const callers = await startCallers(trusting(endpoint, { signedResponses: true, jwks: jwks as never }))
    endpoint.reply = () => unsupported
    expect(await callers.ask('one')).toEqual(unauthorized('token_inactive'))
    endpoint.reply = () => refusedWith('{"error":"invalid_request"}')
    expect(await callers.ask('other')).toEqual(unavailable('the answer had status 400'))
  })
})

describe('an outage after an answer', () => {
  test('the answer serves until its time is over, then 503, then all is well again', async () => {
    const { callers, clock, issuer, token } = await createRig({ introspection: { cacheSeconds: 30 } })
    const [known, revoked] = [token(), token()]
    issuer.revoke(revoked)
    await expectGranted(callers, known)
    expect(await callers.ask(revoked)).toEqual(unauthorized('token_inactive'))
    issuer.setFault('down', 'introspection')
    clock.advance({ seconds: 29.999 })
    await expectGranted(callers, known)
    expect(await callers.ask(revoked)).toEqual(unauthorized('token_inactive'))
    clock.advance({ seconds: 0.001 })
    const down = unavailable('the request failed (UND_ERR_SOCKET)')
    expect(await callers.ask(known)).toEqual(down)
    expect(await callers.ask(revoked)).toEqual(down)
    issuer.setFault(undefined)
    await expectGranted(callers, known)
    expect(await callers.ask(revoked)).toEqual(unauthorized('token_inactive'))
  })

  test('a failure is not remembered', async () => {
    const { callers, issuer, token } = await createRig({ introspection: { cacheSeconds: 300 } })
    const opaque = token()
    issuer.setFault('error', 'introspection')
    expect((await callers.ask(opaque)).status).toBe(503)
    issuer.setFault(undefined)
    await expectGranted(callers, opaque)
  })

  test('Retry-After is whole seconds, never 0', async () => {
    const { callers, issuer, token } = await createRig({ api: { refreshCooldownSeconds: 1.2 } })
    await expectGranted(callers, token())
    issuer.setFault('error', 'introspection')
    expect((await callers.ask(token())).headers['retry-after']).toEqual(['2'])
  })
})

describe('metadata that fails (RFC 8414)', () => {
  test('before the endpoint is known: 503 with what was wrong at both places, until the cool-down has passed', async () => {
    const { callers, clock, issuer, token } = await createRig({ metadataFault: 'not-found' })
    const opaque = token()
    const reason =
      'no usable metadata; /.well-known/oauth-authorization-server: the answer had status 404; ' +
      '/.well-known/openid-configuration: the answer had status 404'
    expect(await callers.ask(opaque)).toEqual(unavailable(reason))
    issuer.setFault(undefined)
    const asked = issuer.requests.metadata
    expect(await callers.ask(opaque)).toEqual(unavailable(reason))
    expect(issuer.requests.metadata).toBe(asked)
    clock.advance({ seconds: 5 })
    await expectGranted(callers, opaque)
    expect(issuer.requests.introspection).toBe(3)
  })

  test('of somebody else is never believed (RFC 8414 section 3.3)', async () => {
    const { callers, issuer, token } = await createRig({ metadataFault: 'wrong-issuer' })
    const answer = await callers.ask(token())
    expect([answer.status, answer.code]).toEqual([503, 'introspection_unavailable'])
    expect(answer.detail?.reason).toContain('its issuer is not the option "issuer" to the letter')
    expect(issuer.requests.introspection).toBe(0)
  })

  test('after the endpoint is known changes nothing', async () => {
    const { callers, clock, issuer, token } = await createRig({ introspection: { cacheSeconds: 0 } })
    const opaque = token()
    await expectGranted(callers, opaque)
    issuer.setFault('down', 'metadata')
    for (let hour = 0; hour < 5; hour++) {
      clock.advance({ hours: 1 })
      await expectGranted(callers, opaque)
    }
  })

  test('ready() says what is wrong, and that there is no key set where all is well', async () => {
    const { callers, clock, issuer } = await createRig()
    issuer.setFault('error', 'metadata')
    expect(await callers.core.ready()).toEqual({
      issuers: [
        {
          issuer: issuer.issuer,
          keySet: 'unavailable',
          reason:
            'no usable metadata; /.well-known/oauth-authorization-server: the answer had status 500; ' +
            '/.well-known/openid-configuration: the answer had status 500',
        },
      ],
    })
    issuer.setFault(undefined)
    clock.advance({ seconds: 5 })
    expect(await callers.core.ready()).toEqual({ issuers: [{ issuer: issuer.issuer, keySet: 'none' }] })
  })
})
