import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { recordErrors } from './support/error-handler.ts'
import { guardFor } from './support/guards.ts'
import { type Answer, send, serve } from './support/http.ts'
import { VERSIONS } from './support/versions.ts'

/** What happens after a guard has waited: for keys that were not there yet, for a signature. */
let issuer: TestIssuer

beforeEach(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
  onTestFinished(() => issuer.stop())
})

function recordUnhandled(): unknown[] {
  const unhandled: unknown[] = []
  const listener = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', listener)
  onTestFinished(() => void process.off('unhandledRejection', listener))
  return unhandled
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

describe.each(VERSIONS)('%s', (_version, express) => {
  test('an error of the handler reaches the error handler, whether the token was remembered or not', async () => {
    const app = express()
    app.get('/controls', guardFor(issuer)('controls:read'), () => {
      throw new Error('broken handler')
    })
    const errors = recordErrors(app)
    const unhandled = recordUnhandled()
    const api = await serve(app)
    const token = await issuer.token({ scope: 'controls:read' })
    for (const round of ['cold', 'warm']) {
      expect(await send(api, '/controls', { token }), round).toMatchObject({ status: 500, body: 'error handler' })
    }
    expect(errors).toEqual([new Error('broken handler'), new Error('broken handler')])
    expect(issuer.requests.jwks).toBe(1)
    await turn()
    expect(unhandled).toEqual([])
  })

  test('an error that the handler passes on runs each error handler once and the handler once', async () => {
    const app = express()
    let runs = 0
    app.get('/controls', guardFor(issuer)('controls:read'), (_request, _response, next) => {
      runs++
      next(new Error('passed on'))
    })
    const errors = recordErrors(app)
    const api = await serve(app)
    expect((await send(api, '/controls', { token: await issuer.token({ scope: 'controls:read' }) })).status).toBe(500)
    expect({ runs, errors }).toEqual({ runs: 1, errors: [new Error('passed on')] })
  })

  /** A request that waits for the keys while a time-out middleware answers it; then the keys come. */
  async function answeredMeanwhile(scope: string): Promise<{ answer: Answer; reached: number; errors: unknown[] }> {
    const app = express()
    let reached = 0
    let timeOut = (): void => undefined
    app.use((_request, response, next) => {
      timeOut = () => void response.status(504).end('too late')
      next()
    })
    app.get('/controls', guardFor(issuer)('controls:read'), (_request, response) => {
      reached++
      response.json([])
    })
    const errors = recordErrors(app)
    const api = await serve(app)
    issuer.setFault('slow', 'jwks')
    const fetched = issuer.nextRequest('jwks')
    const answer = send(api, '/controls', { token: await issuer.token({ scope }) })
    await fetched
    timeOut()
    await answer
    issuer.setFault(undefined)
    // A second request waits for the same keys, behind the first.
    await send(api, '/controls', { token: await issuer.token({ scope: 'controls:read' }) })
    await turn()
    return { answer: await answer, reached: reached - 1, errors }
  }

  test('a refusal that comes after somebody else has answered is dropped, and nothing breaks', async () => {
    const unhandled = recordUnhandled()
    const { answer, reached, errors } = await answeredMeanwhile('imports:write')
    expect(answer).toMatchObject({ status: 504, body: 'too late' })
    expect({ reached, errors, unhandled }).toEqual({ reached: 0, errors: [], unhandled: [] })
  })

  test('a handler that comes after somebody else has answered fails into the error handler alone', async () => {
    const unhandled = recordUnhandled()
    const { answer, reached, errors } = await answeredMeanwhile('controls:read')
    expect(answer).toMatchObject({ status: 504, body: 'too late' })
    expect(errors).toMatchObject([{ code: 'ERR_HTTP_HEADERS_SENT' }])
    expect({ reached, unhandled }).toEqual({ reached: 1, unhandled: [] })
  })

  test('a client that hangs up while the keys are fetched leaves the app unharmed', async () => {
    const unhandled = recordUnhandled()
    const app = express()
    app.get('/controls', guardFor(issuer)('controls:read'), (_request, response) => void response.json([]))
    const errors = recordErrors(app)
    const api = await serve(app)
    issuer.setFault('slow', 'jwks')
    const fetched = issuer.nextRequest('jwks')
    const hungUp = new AbortController()
    const url = `http://127.0.0.1:${api.port}/controls`
    const headers = { authorization: `Bearer ${await issuer.token({ scope: 'imports:write' })}` }
    const call = fetch(url, { headers, signal: hungUp.signal })
    await fetched
    hungUp.abort()
    await expect(call).rejects.toThrow('aborted')
    issuer.setFault(undefined)
    const token = await issuer.token({ scope: 'controls:read' })
    expect((await send(api, '/controls', { token })).status).toBe(200)
    expect({ errors, unhandled }).toEqual({ errors: [], unhandled: [] })
  })

  test('200 requests at once with one unknown token are all answered, by one fetch of the key set', async () => {
    const app = express()
    app.get(
      '/controls',
      guardFor(issuer)('controls:read'),
      (request, response) => void response.end(request.auth.clientId),
    )
    const api = await serve(app)
    const token = await issuer.token({ scope: 'controls:read' })
    const answers = await Promise.all(Array.from({ length: 200 }, () => send(api, '/controls', { token })))
    expect(answers.filter(({ status, body }) => status === 200 && body === 'test-client')).toHaveLength(200)
    expect(issuer.requests).toMatchObject({ jwks: 1, metadata: 1 })
  })

  test('requests at once with different tokens never get the caller of another', async () => {
    const app = express()
    app.get(
      '/controls',
      guardFor(issuer)('controls:read'),
      (request, response) => void response.end(request.auth.clientId),
    )
    const api = await serve(app)
    const answers = Array.from({ length: 50 }, async (_, index) => {
      const token = await issuer.token({ scope: 'controls:read', clientId: `client-${index}` })
      return (await send(api, '/controls', { token })).body === `client-${index}`
    })
    expect(await Promise.all(answers)).toEqual(answers.map(() => true))
  })
})
