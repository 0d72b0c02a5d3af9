import {
  allOf,
  anyOf,
  createResourceServer,
  introspection,
  type Requirement,
  type ResourceServerOptions,
  role,
  satisfies,
  service,
  stepUp,
  user,
} from '@scopeward/core'
import { createTestIssuer, type TestClock, type TestIssuer, type TokenInput, testClock } from '@scopeward/testing'
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openDoors } from '../support/doors.ts'
import { type EventLog, recordEvents } from '../support/events.ts'

const AUDIENCE = 'https://api.example.com'
const scopes = {
  'orders:read': 'Read orders',
  'orders:write': { description: 'Change orders', implies: ['orders:read'] },
  'items:read': 'Read items',
  'items:write': 'Change items',
} as const
type Scope = keyof typeof scopes

const REALM = `Bearer realm="${AUDIENCE}"`
const METADATA = `resource_metadata="${AUDIENCE}/.well-known/oauth-protected-resource"`
const SIGN_IN = `${REALM}, error="insufficient_user_authentication", error_description="This resource requires a stronger or more recent sign-in"`
const SIGN_IN_BODY =
  '{"title":"Unauthorized","status":401,"detail":"This resource requires a stronger or more recent sign-in","error":"insufficient_user_authentication"}'
const LACKS = `${REALM}, error="insufficient_scope", error_description="The access token does not carry the privilege that this resource requires"`

let clock: TestClock
let issuer: TestIssuer
let events: EventLog

beforeAll(() => {
  events = recordEvents()
})
afterAll(() => events.stop())

beforeEach(async () => {
  clock = testClock()
  issuer = await createTestIssuer({ algorithm: 'ES256', clock, accessTokenLifetimeSeconds: 3600 })
  return () => issuer.stop()
})

function options(changes: Partial<ResourceServerOptions<Scope>> = {}): ResourceServerOptions<Scope> {
  return { ...issuer.options, audience: AUDIENCE, scopes, resourceMetadata: { resource: AUDIENCE }, ...changes }
}

/** Seconds since the epoch, so long ago. */
function ago(seconds: number): number {
  return clock() / 1000 - seconds
}

/** A user's token with a scope and what the sign-in was. */
function signedIn(claims: Readonly<Record<string, unknown>>, input: TokenInput = {}): Promise<string> {
  return issuer.token({ subject: 'alice', scope: 'orders:write', ...input, claims: { ...claims, ...input.claims } })
}

interface Expected {
  readonly status: number
  readonly code?: string
  readonly challenge?: string
}

/** Every way in first lets the honest token pass, and then says the same of the other. */
async function expectThrough(
  requirement: Requirement<Scope>,
  honest: string,
  token: string | undefined,
  { status, code, challenge }: Expected,
  anonymousPass = false,
): Promise<void> {
  for (const { name, ask } of await openDoors(options(), requirement, anonymousPass)) {
    expect([name, (await ask(honest)).status]).toEqual([name, 200])
    events.clear()
    const answer = await ask(token)
    expect({ name, status: answer.status, challenge: answer.challenge }).toEqual({
      name,
      status,
      challenge: challenge === undefined ? [] : [challenge],
    })
    expect(events.denied.map(event => event.code)).toEqual(code === undefined ? [] : [code])
    if (code === 'insufficient_user_authentication') expect(answer.body).toBe(SIGN_IN_BODY)
  }
}

const STRONG = stepUp({ acrValues: ['phr', 'phrh'] })
const RECENT = stepUp({ maxAgeSeconds: 300 })
const BOTH = stepUp({ acrValues: ['phr', 'phrh'], maxAgeSeconds: 300 })
const REFUSED = { status: 401, code: 'insufficient_user_authentication' }
const askFor = (parameters: string): Expected => ({ ...REFUSED, challenge: `${SIGN_IN}, ${parameters}, ${METADATA}` })

describe('acr (RFC 9470 sections 3 and 6.1)', () => {
  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['missing', {}],
    ['another one', { acr: '0' }],
    ['a number', { acr: 2 }],
    ['a list', { acr: ['phr'] }],
    ['in upper case', { acr: 'PHR' }],
    ['null', { acr: null }],
  ])('%s', async (_, claims) => {
    await expectThrough(STRONG, await signedIn({ acr: 'phr' }), await signedIn(claims), askFor('acr_values="phr phrh"'))
  })

  test('any of the values will do', async () => {
    await expectThrough(STRONG, await signedIn({ acr: 'phr' }), await signedIn({ acr: 'phrh' }), { status: 200 })
  })
})

describe('auth_time (RFC 9470 sections 3 and 6.1), with a clock tolerance of 5 seconds', () => {
  const asked = () => askFor('max_age="300"')
  test.each<[string, () => unknown, Expected]>([
    ['missing', () => undefined, asked()],
    ['a string', () => String(ago(0)), asked()],
    ['null', () => null, asked()],
    ['too old', () => ago(306), asked()],
    ['milliseconds', () => ago(0) * 1000, asked()],
    ['in the future', () => ago(-6), asked()],
    ['exactly the age', () => ago(300), { status: 200 }],
    ['exactly the age and the tolerance', () => ago(305), { status: 200 }],
    ['in the future within the tolerance', () => ago(-5), { status: 200 }],
    ['a fraction', () => ago(0.25), { status: 200 }],
  ])('%s', async (_, authTime, expected) => {
    const token = await signedIn({ auth_time: authTime() })
    await expectThrough(RECENT, await signedIn({ auth_time: ago(10) }), token, expected)
  })

  test('maxAgeSeconds: 0 asks for a sign-in of this moment', async () => {
    const now = stepUp({ maxAgeSeconds: 0 })
    const honest = await signedIn({ auth_time: ago(0) })
    await expectThrough(now, honest, await signedIn({ auth_time: ago(6) }), askFor('max_age="0"'))
  })

  test('a token that was let in before is refused when its sign-in has become too old', async () => {
    const token = await signedIn({ auth_time: ago(290) })
    const doors = await openDoors(options(), RECENT)
    for (const { ask } of doors) expect((await ask(token)).status).toBe(200)
    clock.advance({ seconds: 15 })
    for (const { ask } of doors) expect((await ask(token)).status).toBe(200)
    expect(events.granted.at(-1)?.cached).toBe(true)
    clock.advance({ seconds: 1 })
    for (const { name, ask } of doors) {
      expect({ name, ...(await ask(token)) }).toEqual({
        name,
        status: 401,
        challenge: [askFor('max_age="300"').challenge],
        body: SIGN_IN_BODY,
      })
    }
  })
})

test('both at once: the challenge names both, whichever is missing', async () => {
  const honest = await signedIn({ acr: 'phr', auth_time: ago(0) })
  const expected = askFor('acr_values="phr phrh", max_age="300"')
  for (const claims of [{}, { acr: 'phr' }, { auth_time: ago(0) }, { acr: '0', auth_time: ago(0) }]) {
    await expectThrough(BOTH, honest, await signedIn(claims), expected)
  }
})

test('without the option resourceMetadata the challenge ends with the sign-in', async () => {
  const { resourceMetadata: _, ...without } = options()
  for (const { ask } of await openDoors(without, BOTH)) {
    const { challenge } = await ask(await signedIn({}))
    expect(challenge).toEqual([`${SIGN_IN}, acr_values="phr phrh", max_age="300"`])
  }
})

describe('another sign-in is asked for only where it is all that is missing', () => {
  const rule = satisfies('own tenant', access => access.claims.tenant === 't1')

  const lacks = (scope = ''): Expected => ({
    status: 403,
    code: 'insufficient_scope',
    challenge: `${LACKS}, ${scope === '' ? '' : `scope="${scope}", `}${METADATA}`,
  })

  test('the scope is missing too: 403 first', async () => {
    const requirement = allOf('orders:write', STRONG)
    const honest = await signedIn({ acr: 'phr' })
    await expectThrough(requirement, honest, await signedIn({}, { scope: 'orders:read' }), lacks('orders:write'))
    await expectThrough(
      requirement,
      honest,
      await signedIn({ acr: 'phr' }, { scope: 'orders:read' }),
      lacks('orders:write'),
    )
    await expectThrough(requirement, honest, await signedIn({}), askFor('acr_values="phr phrh"'))
  })

  test('the order of the parts does not matter', async () => {
    const requirement = allOf(STRONG, 'orders:write')
    const honest = await signedIn({ acr: 'phr' })
    await expectThrough(requirement, honest, await signedIn({}, { scope: 'orders:read' }), lacks('orders:write'))
    await expectThrough(requirement, honest, await signedIn({}), askFor('acr_values="phr phrh"'))
  })

  test('a role, or a rule of the application, is missing too', async () => {
    const requirement = allOf(role('approver'), rule, STRONG)
    const good = { roles: ['approver'], tenant: 't1' }
    const honest = await signedIn({ ...good, acr: 'phr' })
    await expectThrough(requirement, honest, await signedIn({ ...good, roles: [] }), lacks())
    await expectThrough(requirement, honest, await signedIn({ ...good, tenant: 't2' }), lacks())
    await expectThrough(requirement, honest, await signedIn(good), askFor('acr_values="phr phrh"'))
  })

  test('only one alternative asks for a sign-in: who may take it is asked, everybody else gets 403', async () => {
    const requirement = anyOf(allOf(role('admin'), 'orders:read'), allOf('orders:write', STRONG))
    const admin = await signedIn({ roles: ['admin'] }, { scope: 'orders:read' })
    await expectThrough(requirement, admin, await signedIn({ acr: 'phr' }), { status: 200 })
    await expectThrough(requirement, admin, await signedIn({}), askFor('acr_values="phr phrh"'))
    await expectThrough(requirement, admin, await signedIn({}, { scope: 'orders:read' }), lacks('orders:read'))
  })

  test('beside a scope that another alternative needs', async () => {
    const requirement = allOf('orders:read', anyOf(RECENT, 'orders:write'))
    const writer = await signedIn({})
    const reader = (claims: object) => signedIn({ ...claims }, { scope: 'orders:read' })
    await expectThrough(requirement, writer, await reader({ auth_time: ago(0) }), { status: 200 })
    await expectThrough(requirement, writer, await reader({}), askFor('max_age="300"'))
    await expectThrough(requirement, writer, await signedIn({}, { claims: { scope: undefined } }), lacks('orders:read'))
  })
})

describe('each way through asks for a sign-in of its own: the challenge names the one of the way that is open', () => {
  const requirement = anyOf(
    allOf('items:read', stepUp({ acrValues: ['silver'] })),
    allOf('items:write', stepUp({ acrValues: ['gold'], maxAgeSeconds: 60 })),
  )
  const [silver, gold] = [askFor('acr_values="silver"'), askFor('acr_values="gold", max_age="60"')]
  const holder = (scope: string, acr?: string) => signedIn({ acr, auth_time: ago(0) }, { scope })

  test.each<[string, string, string | undefined, Expected]>([
    [
      'who may write is not asked for what does for reading, which would come back for ever',
      'items:write',
      'silver',
      gold,
    ],
    ['nor who may write and tells of no sign-in', 'items:write', undefined, gold],
    ['who may read is asked for what does for reading', 'items:read', undefined, silver],
    ['also where the sign-in would do for writing', 'items:read', 'gold', silver],
    ['who may do both is asked for the first that is written', 'items:read items:write', 'bronze', silver],
    ['who may do both and signed in for one gets in', 'items:read items:write', 'gold', { status: 200 }],
  ])('%s', async (_, scope, acr, expected) => {
    const honest = await holder('items:read', 'silver')
    await expectThrough(requirement, honest, await holder(scope, acr), expected)
    await expectThrough(requirement, await holder('items:write', 'gold'), await holder(scope, acr), expected)
  })

  test('who may neither read nor write is asked for no sign-in', async () => {
    await expectThrough(requirement, await holder('items:read', 'silver'), await holder('orders:read', 'gold'), {
      status: 403,
      code: 'insufficient_scope',
      challenge: `${LACKS}, scope="items:read", ${METADATA}`,
    })
  })
})

describe('a service cannot sign in', () => {
  test('its token is refused on a route that asks for a sign-in', async () => {
    const token = await issuer.token({ scope: 'orders:write' })
    await expectThrough(STRONG, await signedIn({ acr: 'phr' }), token, askFor('acr_values="phr phrh"'))
    await expectThrough(RECENT, await signedIn({ auth_time: ago(0) }), token, askFor('max_age="300"'))
  })

  test('where users sign in and services need not, it gets in', async () => {
    const requirement = anyOf(service, allOf(user, BOTH))
    const token = await issuer.token({ scope: 'orders:write' })
    await expectThrough(requirement, token, await signedIn({ acr: 'phr', auth_time: ago(0) }), { status: 200 })
    await expectThrough(requirement, token, await signedIn({}), askFor('acr_values="phr phrh", max_age="300"'))
  })

  test('a route for users answers 403, as no sign-in would help', async () => {
    const token = await issuer.token({ scope: 'orders:write' })
    await expectThrough(allOf(user, STRONG), await signedIn({ acr: 'phr' }), token, {
      status: 403,
      code: 'insufficient_scope',
      challenge: `${LACKS}, ${METADATA}`,
    })
  })
})

test('an optional route lets nobody in with too weak a sign-in, and everybody without a token', async () => {
  const honest = await signedIn({ acr: 'phr' })
  await expectThrough(STRONG, honest, undefined, { status: 200 }, true)
  await expectThrough(STRONG, honest, await signedIn({ acr: '0' }), askFor('acr_values="phr phrh"'), true)
})

test('without a token the challenge names the scope, and no sign-in (RFC 6750 section 3)', async () => {
  await expectThrough(allOf('orders:read', BOTH), await signedIn({ acr: 'phr', auth_time: ago(0) }), undefined, {
    status: 401,
    code: 'credentials_missing',
    challenge: `${REALM}, scope="orders:read", ${METADATA}`,
  })
})

test('access.has() decides about a sign-in too, at the time of the question', async () => {
  const server = createResourceServer(options())
  const access = await server.verify(await signedIn({ acr: 'phr', auth_time: ago(290) }))
  expect([access.has(STRONG), access.has(RECENT), access.has(BOTH)]).toEqual([true, true, true])
  expect(access.has(stepUp({ acrValues: ['0'] }))).toBe(false)
  expect(access.has(allOf('orders:read', anyOf(service, RECENT)))).toBe(true)
  clock.advance({ seconds: 16 })
  expect([access.has(STRONG), access.has(RECENT), access.has(BOTH)]).toEqual([true, false, false])
})

test('what the issuer tells of an opaque token counts like the claims of a JWT (RFC 9470 section 6.2)', async () => {
  const client = { clientId: 'orders-api', clientSecret: 'a-secret-of-the-api' }
  issuer.addClient({ ...client, scopes: [] })
  const introspecting = options({
    issuer: introspection({
      issuer: issuer.issuer,
      clientId: client.clientId,
      clientAuthentication: { method: 'client_secret_basic', clientSecret: client.clientSecret },
    }),
  })
  const token = (claims: Readonly<Record<string, unknown>>) => issuer.opaqueToken({ subject: 'alice', claims })
  for (const { ask } of await openDoors(introspecting, BOTH)) {
    expect((await ask(token({ acr: 'phr', auth_time: ago(300) }))).status).toBe(200)
    for (const claims of [{}, { acr: '0', auth_time: ago(0) }, { acr: 'phr', auth_time: ago(306) }]) {
      const { status, challenge } = await ask(token(claims))
      expect([status, challenge[0]]).toEqual([401, askFor('acr_values="phr phrh", max_age="300"').challenge])
    }
  }
})

test('events name the requirement and the caller, and the answer shows neither', async () => {
  const server = createResourceServer(options())
  const token = await signedIn({ acr: 'secret-level' })
  const headers = { authorization: `Bearer ${token}` }
  expect((await server.check({ method: 'GET', url: '/', headers }, 'orders:read')).granted).toBe(true)
  events.clear()
  const outcome = await server.check({ method: 'GET', url: '/', headers }, allOf('orders:read', BOTH))
  expect(events.denied).toMatchObject([
    {
      code: 'insufficient_user_authentication',
      status: 401,
      requirement: 'orders:read and stepUp(acr phr phrh, age 300 s)',
      clientId: 'test-client',
    },
  ])
  expect(JSON.stringify(outcome)).not.toContain('secret-level')
})

test('a real client reads the challenges as they are meant', async () => {
  const seen = async (token: string) => {
    const [door] = await openDoors(options(), allOf('orders:write', BOTH))
    const { status, challenge } = await (door as NonNullable<typeof door>).ask(token)
    const response = new Response('', { status, headers: { 'www-authenticate': String(challenge) } })
    const error = await oauth
      .protectedResourceRequest(token, 'GET', new URL(AUDIENCE), undefined, undefined, {
        [oauth.customFetch]: async () => response,
      })
      .catch(error => error)
    expect(error).toBeInstanceOf(oauth.WWWAuthenticateChallengeError)
    return error.cause
  }
  const metadata = { resource_metadata: `${AUDIENCE}/.well-known/oauth-protected-resource` }
  expect(await seen(await signedIn({}))).toEqual([
    {
      scheme: 'bearer',
      parameters: {
        realm: AUDIENCE,
        error: 'insufficient_user_authentication',
        error_description: 'This resource requires a stronger or more recent sign-in',
        acr_values: 'phr phrh',
        max_age: '300',
        ...metadata,
      },
    },
  ])
  expect(await seen(await signedIn({}, { scope: 'orders:read' }))).toEqual([
    {
      scheme: 'bearer',
      parameters: {
        realm: AUDIENCE,
        error: 'insufficient_scope',
        error_description: 'The access token does not carry the privilege that this resource requires',
        scope: 'orders:write',
        ...metadata,
      },
    },
  ])
})
