import {
  type Access,
  allOf,
  anyOf,
  ConfigurationError,
  createGuard,
  type Denial,
  type ExpressGuardOptions,
  type Readiness,
  satisfies,
  service,
} from '@scopeward/express'
import express, { type Request, type Response } from 'express'
import { expect, expectTypeOf, test } from 'vitest'

/** Half of these tests is the compiler's: `@ts-expect-error` fails the type check where there is no error. */
const options = {
  issuer: 'https://login.example.com',
  audience: 'https://api.example.com',
  scopes: { 'controls:read': 'Read controls', 'imports:write': 'Start an import' },
} as const

const guard = createGuard(options)
const app = express()
const unknownScope = new ConfigurationError(
  'scope_unknown',
  'A requirement names the scope "controls:raed", which the option "scopes" does not declare. Did you mean "controls:read"?',
)

test('a misspelt scope neither compiles nor starts', () => {
  expect(() => guard('controls:read')).not.toThrow()
  // @ts-expect-error: no such scope
  expect(() => guard('controls:raed')).toThrow(unknownScope)
  // @ts-expect-error: no such scope
  expect(() => guard.optional('controls:raed')).toThrow(unknownScope)
  // @ts-expect-error: no such scope
  expect(() => guard(allOf('controls:read', 'controls:raed'))).toThrow(unknownScope)
  // @ts-expect-error: no such scope
  expect(() => guard(allOf(service, anyOf('imports:write', 'controls:raed')))).toThrow(unknownScope)
})

test('an empty requirement neither compiles nor starts', () => {
  // @ts-expect-error: nothing is required
  expect(() => guard('')).toThrow(expect.objectContaining({ code: 'requirement_empty' }))
  // @ts-expect-error: nothing is required
  expect(() => guard()).toThrow(expect.objectContaining({ code: 'requirement_invalid' }))
  expect(() => guard(allOf())).toThrow(expect.objectContaining({ code: 'requirement_empty' }))
})

test('an unknown option neither compiles nor starts', () => {
  // @ts-expect-error: no such option
  expect(() => createGuard({ ...options, audiences: 'x' })).toThrow(
    new ConfigurationError('option_unknown', 'The resource server has no option "audiences". Did you mean "audience"?'),
  )
  // @ts-expect-error: the audience is missing
  expect(() => createGuard({ issuer: options.issuer, scopes: {} })).toThrow(
    expect.objectContaining({ code: 'option_missing' }),
  )
  // @ts-expect-error: implies a scope that is not declared
  expect(() => createGuard({ ...options, scopes: { a: { description: 'A', implies: ['b'] } } })).toThrow(
    expect.objectContaining({ code: 'option_invalid' }),
  )
})

test('a guard leaves the types of the handlers after it alone', () => {
  app.get('/tenants/:tenant/controls/:id', guard('controls:read'), (request, response) => {
    expectTypeOf(request.params.tenant).toEqualTypeOf<string>()
    expectTypeOf(request.params.id).toEqualTypeOf<string>()
    expectTypeOf(request.auth).toEqualTypeOf<Access>()
    expectTypeOf(response.json).parameter(0).toBeAny()
    // @ts-expect-error: the path has no such parameter
    request.params.name
  })
  app.get('/optional/:id', guard.optional('controls:read'), request => {
    expectTypeOf(request.params.id).toEqualTypeOf<string>()
  })
  app.get('/public/:id', guard.public, request => {
    expectTypeOf(request.params.id).toEqualTypeOf<string>()
  })
  app.post(
    '/typed',
    guard('imports:write'),
    (request: Request<object, { ok: true }, { name: string }>, response: Response<{ ok: true }>) => {
      expectTypeOf(request.body.name).toEqualTypeOf<string>()
      response.json({ ok: true })
      // @ts-expect-error: not the declared answer
      response.json({ ok: 'yes' })
    },
  )
  app.use(guard('controls:read'))
  app.use('/router', express.Router().use(guard.public))
  app.route('/route/:id').get(guard('controls:read'), request => {
    expectTypeOf(request.params.id).toEqualTypeOf<string>()
  })
})

test('respond gets the denial and what Express has', () => {
  const respond: ExpressGuardOptions<'a'>['respond'] = (denial, request, response) => {
    expectTypeOf(denial).toEqualTypeOf<Denial>()
    expectTypeOf(denial.status).toEqualTypeOf<400 | 401 | 403 | 503>()
    expectTypeOf(request).toEqualTypeOf<Request>()
    expectTypeOf(response).toEqualTypeOf<Response>()
    // @ts-expect-error: a denial cannot be changed
    denial.status = 400
    // @ts-expect-error: no such code
    return denial.code === 'token_missing'
  }
  expect(() => createGuard({ ...options, respond })).not.toThrow()
  // @ts-expect-error: not a function
  expect(() => createGuard({ ...options, respond: 'html' })).toThrow(ConfigurationError)
})

test('satisfies gets the request of Express and must decide at once', () => {
  const rule = satisfies('own tenant', (access, request) => {
    expectTypeOf(access).toEqualTypeOf<Access>()
    expectTypeOf(request).toEqualTypeOf<Request>()
    return access.claims.tenant === request.params.tenant
  })
  expect(() => guard(allOf('controls:read', rule))).not.toThrow()
  // @ts-expect-error: must not be asynchronous
  expect(() => satisfies('slow', async () => true)).not.toThrow()
})

test('what a handler gets cannot be changed', () => {
  app.get('/frozen', guard('controls:read'), ({ auth }) => {
    // @ts-expect-error: read-only
    auth.clientId = 'admin'
    // @ts-expect-error: a read-only set
    auth.scopes.add('imports:write')
    // @ts-expect-error: read-only
    auth.claims.tenant = 'other'
  })
  // @ts-expect-error: the guard is frozen
  expect(() => (Object.assign(guard, {}).public = guard.optional('controls:read'))).toThrow(TypeError)
})

test('ready() takes the app and tells whether the keys are there', () => {
  expectTypeOf(guard.ready).parameter(0).toEqualTypeOf<express.Application>()
  expectTypeOf(guard.ready).returns.resolves.toEqualTypeOf<Readiness>()
})
