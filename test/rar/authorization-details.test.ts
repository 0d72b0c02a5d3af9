import {
  allOf,
  authorizationDetail,
  createResourceServer,
  introspection,
  type RequiredDetail,
  type ResourceServerOptions,
  satisfies,
} from '@scopeward/core'
import { createTestIssuer, type TestIssuer, testClock } from '@scopeward/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDoors } from '../support/doors.ts'
import { type EventLog, recordEvents } from '../support/events.ts'

const AUDIENCE = 'https://api.example.com'
const API = { clientId: 'payments-api', clientSecret: 'a-secret-of-the-api' } as const

const REALM = `Bearer realm="${AUDIENCE}"`
const NOT_VALID = `${REALM}, error="invalid_token", error_description="The access token is not valid"`
const LACKS = `${REALM}, error="insufficient_scope", error_description="The access token does not carry the privilege that this resource requires"`

type Options = ResourceServerOptions<'payments'>

let issuer: TestIssuer
let events: EventLog

beforeAll(async () => {
  issuer = await createTestIssuer({ clock: testClock(), clients: [{ ...API, scopes: [] }] })
  events = recordEvents()
})
afterAll(async () => {
  events.stop()
  await issuer.stop()
})

/** How the claims reach the API: inside a JWT, or in the answer of the issuer (RFC 9396 sections 9.1 and 9.2). */
interface Carrier {
  options(): Options
  token(details: unknown): Promise<string>
}

const base = () => ({ ...issuer.options, audience: AUDIENCE, scopes: { payments: 'Payments' } })
const claimsOf = (details: unknown) => ({ scope: 'payments', claims: { authorization_details: details } })

const CARRIERS: readonly (readonly [string, Carrier])[] = [
  ['a JWT', { options: base, token: details => issuer.token(claimsOf(details)) }],
  [
    'an introspection answer',
    {
      options: () => ({
        ...base(),
        issuer: introspection({
          issuer: issuer.issuer,
          clientId: API.clientId,
          clientAuthentication: { method: 'client_secret_basic', clientSecret: API.clientSecret },
        }),
      }),
      token: async details => issuer.opaqueToken(claimsOf(details)),
    },
  ],
]

const PAYMENT = {
  type: 'payment_initiation',
  actions: ['initiate', 'status'],
  locations: [AUDIENCE],
  identifier: 'account-1',
  instructedAmount: { currency: 'EUR', amount: '123.50' },
}
const CANCELLATION = { type: 'payment_initiation', actions: ['cancel'], locations: ['https://other.example'] }

describe.each(CARRIERS)('authorization_details in %s', (_name, { options, token }) => {
  async function expectThrough(
    requirement: Parameters<typeof openDoors<'payments'>>[1],
    details: unknown,
    expected: { readonly status: number; readonly code?: string; readonly challenge?: string },
  ): Promise<void> {
    for (const { name, ask } of await openDoors(options(), requirement)) {
      expect([name, (await ask(await token([PAYMENT]))).status]).toEqual([name, 200])
      events.clear()
      const { status, challenge } = await ask(await token(details))
      const { code, ...answer } = expected
      expect({ name, status, challenge: challenge[0] }).toEqual({ name, challenge: undefined, ...answer })
      expect(events.denied.map(event => event.code)).toEqual(code === undefined ? [] : [code])
    }
  }

  describe('is refused with 401 where it has another form (RFC 9396 sections 2 and 9)', () => {
    test.each<[string, unknown]>([
      ['a string', JSON.stringify([PAYMENT])],
      ['an object', PAYMENT],
      ['null', null],
      ['a string in the array', ['payment_initiation']],
      ['null beside a good one', [PAYMENT, null]],
      ['an array in the array', [[PAYMENT]]],
      ['without a type', [{ actions: ['initiate'] }]],
      ['with an empty type', [{ ...PAYMENT, type: '' }]],
      ['with a type that is a list', [{ ...PAYMENT, type: ['payment_initiation'] }]],
      ['actions as a string', [{ ...PAYMENT, actions: 'initiate' }]],
      ['actions with a number', [{ ...PAYMENT, actions: ['initiate', 1] }]],
      ['locations as an object', [{ ...PAYMENT, locations: {} }]],
      ['datatypes as a number', [{ ...PAYMENT, datatypes: 1 }]],
      ['privileges null', [{ ...PAYMENT, privileges: null }]],
      ['an identifier that is a number', [{ ...PAYMENT, identifier: 1 }]],
    ])('%s', async (_, details) => {
      // Also where the route does not ask for any: a token that cannot be understood is not half believed.
      await expectThrough('payments', details, { status: 401, code: 'claim_invalid', challenge: NOT_VALID })
      expect(events.denied[0]?.detail).toMatchObject({ claim: 'authorization_details' })
    })
  })

  describe('meets a requirement by one element, to the letter (RFC 9396 section 12)', () => {
    const refused = { status: 403, code: 'insufficient_scope', challenge: LACKS }
    const granted = { status: 200 }
    const required: RequiredDetail = {
      type: 'payment_initiation',
      actions: ['initiate'],
      locations: [AUDIENCE],
      identifier: 'account-1',
    }

    test.each<[string, unknown, typeof refused | typeof granted]>([
      ['more than what is required', [PAYMENT], granted],
      ['as the last of several', [CANCELLATION, { type: 'account' }, PAYMENT], granted],
      ['no claim at all', undefined, refused],
      ['an empty array', [], refused],
      ['another type', [{ ...PAYMENT, type: 'payment' }], refused],
      ['the type in upper case', [{ ...PAYMENT, type: 'PAYMENT_INITIATION' }], refused],
      ['without actions', [{ ...PAYMENT, actions: undefined }], refused],
      ['no action', [{ ...PAYMENT, actions: [] }], refused],
      ['another action', [{ ...PAYMENT, actions: ['status'] }], refused],
      ['an action that begins alike', [{ ...PAYMENT, actions: ['initiate2'] }], refused],
      ['a location with a slash', [{ ...PAYMENT, locations: [`${AUDIENCE}/`] }], refused],
      ['another identifier', [{ ...PAYMENT, identifier: 'account-2' }], refused],
      [
        'values in two elements',
        [
          { ...PAYMENT, actions: ['status'] },
          { ...PAYMENT, locations: ['https://other.example'] },
        ],
        refused,
      ],
    ])('%s', async (_, details, expected) => {
      await expectThrough(authorizationDetail(required), details, expected)
    })

    test('beside a scope, which the challenge then names', async () => {
      await expectThrough(allOf('payments', authorizationDetail(required)), [CANCELLATION], {
        ...refused,
        challenge: `${LACKS}, scope="payments"`,
      })
    })
  })

  test('the handler reads them typed, and cannot change them', async () => {
    const server = createResourceServer(options())
    const { authorizationDetails } = await server.verify(await token([PAYMENT, CANCELLATION]))
    expect(authorizationDetails).toEqual([PAYMENT, CANCELLATION])
    const [payment] = authorizationDetails
    for (const value of [authorizationDetails, payment, payment?.actions, payment?.instructedAmount]) {
      expect(Object.isFrozen(value)).toBe(true)
    }
    expect((await server.verify(await token(undefined))).authorizationDetails).toEqual([])
  })

  test('access.has() decides about them too', async () => {
    const server = createResourceServer(options())
    const access = await server.verify(await token([PAYMENT]))
    expect(access.has(authorizationDetail({ type: 'payment_initiation', actions: ['status'] }))).toBe(true)
    expect(access.has(authorizationDetail({ type: 'payment_initiation', actions: ['cancel'] }))).toBe(false)
  })

  test('what depends on the request is a rule of the application', async () => {
    const ownAccount = satisfies('own account', ({ authorizationDetails }) =>
      authorizationDetails.some(({ identifier }) => identifier === 'account-1'),
    )
    const other = [{ ...PAYMENT, identifier: 'account-2' }]
    await expectThrough(ownAccount, other, { status: 403, code: 'insufficient_scope', challenge: LACKS })
  })
})
