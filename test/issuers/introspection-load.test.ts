import { createResourceServer } from '@scopeward/core'
import { describe, expect, test } from 'vitest'
import { active, type Endpoint, json, type Reply, startEndpoint, trusting } from './support/endpoint.ts'
import { AUDIENCE, bearer, SCOPE, type Settings } from './support/three-callers.ts'

const createApi = (settings: Settings) =>
  createResourceServer({ audience: AUDIENCE, scopes: { [SCOPE]: 'Read reports' }, ...settings })

/** Holds all answers back until it is called. */
function holdAnswers(endpoint: Endpoint, reply: (token: string) => Reply): () => void {
  let release: () => void = () => undefined
  const released = new Promise<void>(resolve => {
    release = resolve
  })
  endpoint.reply = async ({ form }) => {
    await released
    return reply(form.get('token') as string)
  }
  return release
}

/** Resolves when so many questions have arrived. */
async function arrived(endpoint: Endpoint, count: number): Promise<void> {
  while (endpoint.asked.length < count) await new Promise(resolve => setImmediate(resolve))
}

async function answers(api: ReturnType<typeof createApi>, tokens: readonly string[]): Promise<readonly string[]> {
  return Promise.all(
    tokens.map(async token => {
      const outcome = await api.check(bearer(token), SCOPE)
      return outcome.granted ? 'granted' : outcome.denial.code
    }),
  )
}

describe('one question at a time for each token', () => {
  test.each([10, 0])('a hundred requests at once with the same token ask once, cacheSeconds %i', async cacheSeconds => {
    const endpoint = await startEndpoint()
    const api = createApi(trusting(endpoint, { cacheSeconds }))
    const release = holdAnswers(endpoint, () => json(active()))
    const all = answers(api, Array(100).fill('same'))
    await arrived(endpoint, 1)
    release()
    expect(new Set(await all)).toEqual(new Set(['granted']))
    expect(endpoint.asked.length).toBe(1)
  })

  test('all of them learn of a failure, and the next one asks anew', async () => {
    const endpoint = await startEndpoint()
    const api = createApi(trusting(endpoint))
    const release = holdAnswers(endpoint, () => ({ status: 500, body: '' }))
    const all = answers(api, Array(100).fill('same'))
    await arrived(endpoint, 1)
    release()
    expect(new Set(await all)).toEqual(new Set(['introspection_unavailable']))
    expect(endpoint.asked.length).toBe(1)
    endpoint.reply = () => json(active())
    expect(await answers(api, ['same'])).toEqual(['granted'])
  })

  test('requests for different tokens do not wait for each other', async () => {
    const endpoint = await startEndpoint()
    const api = createApi(trusting(endpoint))
    let release: () => void = () => undefined
    const released = new Promise<void>(resolve => {
      release = resolve
    })
    endpoint.reply = async ({ form }) => {
      if (form.get('token') === 'slow') await released
      return json(active())
    }
    const slow = answers(api, ['slow'])
    await arrived(endpoint, 1)
    expect(await answers(api, ['quick-1', 'quick-2'])).toEqual(['granted', 'granted'])
    release()
    expect(await slow).toEqual(['granted'])
  })
})

describe('a flood of made-up tokens', () => {
  const madeUp = (count: number) => Array.from({ length: count }, (_, index) => `made-up-${index}`)
  const truth = (token: string) => json(token === 'honest' ? active() : { active: false })
  /** A thousand connections take a busy machine seconds, and the deadline is none of these tests' business. */
  const PATIENT = { fetchTimeoutSeconds: 60 } as const

  test('asks about a thousand at once and no more; the rest gets 503, and what is known is answered', async () => {
    const endpoint = await startEndpoint()
    const api = createApi({ ...trusting(endpoint), ...PATIENT })
    endpoint.reply = ({ form }) => truth(form.get('token') as string)
    expect(await answers(api, ['honest', 'known-inactive'])).toEqual(['granted', 'token_inactive'])
    const release = holdAnswers(endpoint, truth)
    const flood = answers(api, madeUp(1500))
    await arrived(endpoint, 1002)
    expect(await answers(api, ['honest', 'known-inactive', 'unknown'])).toEqual([
      'granted',
      'token_inactive',
      'introspection_unavailable',
    ])
    release()
    const codes = await flood
    expect(endpoint.asked.length).toBe(1002)
    expect(codes.filter(code => code === 'token_inactive').length).toBe(1000)
    expect(codes.filter(code => code === 'introspection_unavailable').length).toBe(500)
    expect(await answers(api, ['unknown'])).toEqual(['token_inactive'])
  })

  test('operators read why, and clients when to come again', async () => {
    const endpoint = await startEndpoint()
    const api = createApi({ ...trusting(endpoint), ...PATIENT })
    const release = holdAnswers(endpoint, truth)
    const flood = answers(api, madeUp(1000))
    await arrived(endpoint, 1000)
    await expect(api.verify('one-more')).rejects.toMatchObject({
      code: 'introspection_unavailable',
      detail: { reason: 'too many tokens are being asked about at once' },
      retryAfterSeconds: 5,
    })
    release()
    await flood
  })

  test('a thousand that never get an answer free their places at the deadline', async () => {
    const endpoint = await startEndpoint()
    const api = createApi({ ...trusting(endpoint), fetchTimeoutSeconds: 0.5 })
    const release = holdAnswers(endpoint, truth)
    expect(new Set(await answers(api, madeUp(1000)))).toEqual(new Set(['introspection_unavailable']))
    release()
    endpoint.reply = ({ form }) => truth(form.get('token') as string)
    // A busy machine is still closing a thousand connections, so that the first question may be late as well.
    await expect.poll(() => answers(api, ['honest']), { timeout: 10_000 }).toEqual(['granted'])
  })
})
