import { type Denial, scopeward } from '@scopeward/fastify'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  bearer,
  createApp,
  createGuardedApp,
  hasHandlerTimeout,
  listen,
  optionsFor,
  read,
  type ServerOptions,
} from './support/api.ts'
import { insufficientScope, missingCredentials } from './support/denials.ts'
import { unhandledRejections } from './support/events.ts'
import { call } from './support/http.ts'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})
afterAll(() => issuer.stop())

type Respond = (denial: Denial, request: FastifyRequest, reply: FastifyReply) => void

async function start(respond: Respond): Promise<{ app: FastifyInstance; handled: () => number }> {
  const app = await createGuardedApp(issuer, { respond })
  let handled = 0
  app.get('/v1/controls/:id', read, async () => ++handled)
  return { app, handled: () => handled }
}

describe('respond', () => {
  test('writes refusals in its own format, with the status and the challenge already set', async () => {
    const { app, handled } = await start((denial, request, reply) => {
      reply.type('application/json').send({ code: denial.code, path: request.url, id: request.id })
    })
    const url = `${await listen(app)}/v1/controls/7`
    expect((await call(url, { headers: bearer(await issuer.token({ scope: 'controls:read' })) })).status).toBe(200)
    const { status, headers, body } = await call(url)
    expect(status).toBe(401)
    expect(headers).toMatchObject({
      'www-authenticate': missingCredentials('controls:read').headers['www-authenticate'],
      'cache-control': 'no-store',
      'content-type': 'application/json; charset=utf-8',
    })
    expect(JSON.parse(body)).toEqual({ code: 'credentials_missing', path: '/v1/controls/7', id: 'req-2' })
    expect(handled()).toBe(1)
  })

  test('may answer later, and may change the status', async () => {
    const { app, handled } = await start((_denial, _request, reply) => {
      setImmediate(() => reply.code(404).send('nothing here'))
    })
    expect(await call(`${await listen(app)}/v1/controls/7`)).toMatchObject({ status: 404, body: 'nothing here' })
    expect(handled()).toBe(0)
  })

  test('is not asked about what is granted', async () => {
    const { app } = await start(() => {
      throw new Error('asked')
    })
    const headers = bearer(await issuer.token({ scope: 'controls:read' }))
    expect((await app.inject({ url: '/v1/controls/7', headers })).statusCode).toBe(200)
  })

  const failures: readonly [string, Respond][] = [
    [
      'throws',
      () => {
        throw new Error('boom')
      },
    ],
    ['rejects', () => Promise.reject(new Error('boom'))],
  ]
  describe.each(failures)('that %s', (_, respond) => {
    test('reaches the error handler, with a token and without, and never the route handler', async () => {
      const rejections = unhandledRejections()
      const { app, handled } = await start(respond)
      app.setErrorHandler((error: Error, _request, reply) => reply.code(500).send({ handled: error.message }))
      const url = `${await listen(app)}/v1/controls/7`
      const token = await issuer.token()
      for (const headers of [{}, bearer(token), bearer(token)]) {
        expect(await call(url, { headers })).toMatchObject({ status: 500, body: '{"handled":"boom"}' })
      }
      expect([handled(), rejections]).toEqual([0, []])
    })

    test('stays a refusal under the default error handler', async () => {
      const { app, handled } = await start(respond)
      const { statusCode, headers } = await app.inject({
        url: '/v1/controls/7',
        headers: bearer(await issuer.token()),
      })
      expect([statusCode, headers['www-authenticate']]).toEqual([
        403,
        insufficientScope('controls:read').headers['www-authenticate'],
      ])
      expect(handled()).toBe(0)
    })
  })

  test.each([[undefined], [null], [''], [0], [false], ['text']])(
    'that throws %j, which Fastify would take for no error, opens nothing',
    async thrown => {
      const { app, handled } = await start(() => {
        throw thrown
      })
      const cases = [
        [401, {}],
        [403, bearer(await issuer.token())],
      ] as const
      for (const [status, headers] of cases) {
        const { statusCode, body } = await app.inject({ url: '/v1/controls/7', headers })
        expect([statusCode, JSON.parse(body).message]).toEqual([status, 'A value that is not an error was thrown'])
      }
      expect(handled()).toBe(0)
    },
  )
})

/** Of the last request too, which must be answered in time on a busy machine. */
const TIMEOUT_MILLISECONDS = 500
const timedOut = { statusCode: 503, code: 'TIMED_OUT', message: 'The request took too long' }

/** What applications have done before Fastify could. */
function withTimer(options: ServerOptions): FastifyInstance {
  return createApp(options).addHook('onRequest', async (_request, reply) => {
    const timer = setTimeout(() => reply.code(timedOut.statusCode).send(timedOut), TIMEOUT_MILLISECONDS)
    reply.raw.once('close', () => clearTimeout(timer))
  })
}

function withOption(options: ServerOptions): FastifyInstance {
  return createApp({ ...options, handlerTimeout: TIMEOUT_MILLISECONDS })
}

const timeOuts = [
  ['a timer of the application', timedOut.code, withTimer] as const,
  ...(hasHandlerTimeout() ? [['handlerTimeout', 'FST_ERR_HANDLER_TIMEOUT', withOption] as const] : []),
]

test.each(timeOuts)(
  'a verdict that comes after %s has answered is neither sent nor followed by the handler',
  async (_, code, create) => {
    const slow = await createTestIssuer({ algorithm: 'ES256' })
    slow.setFault('slow', 'jwks')
    const logged: string[] = []
    const app = create({ logger: { level: 'warn', stream: { write: line => void logged.push(line) } } })
    await app.register(scopeward, { ...optionsFor(slow), fetchTimeoutSeconds: 60 })
    let handled = 0
    app.get('/', read, async () => ++handled)
    const url = await listen(app)
    const [good, poor] = [await slow.token({ scope: 'controls:read' }), await slow.token()]
    const late = await Promise.all([good, poor].map(token => call(url, { headers: bearer(token) })))
    expect(late.map(({ status, body }) => [status, JSON.parse(body).code])).toEqual(Array(2).fill([503, code]))
    expect(handled).toBe(0)
    logged.length = 0
    slow.setFault(undefined)
    expect((await call(url, { headers: bearer(good) })).status).toBe(200)
    expect([handled, logged]).toEqual([1, []])
    await slow.stop()
  },
)
