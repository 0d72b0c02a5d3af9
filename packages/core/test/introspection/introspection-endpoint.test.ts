import { beforeEach, describe, expect, test } from 'vitest'
import { IntrospectionEndpoint } from '../../src/introspection/introspection-endpoint.ts'
import type { IssuerRules } from '../../src/options/issuer-rules.ts'
import { parseIssuer } from '../../src/options/parse-issuer.ts'
import { serveDocuments, type TestServer } from '../support/http.ts'
import { settableClock } from '../support/tokens.ts'
import { stageOptions } from '../support/verified.ts'

const OAUTH = '/.well-known/oauth-authorization-server'
const OIDC = '/.well-known/openid-configuration'

let documents: Record<string, unknown>
let server: TestServer
/** Paths that were asked for; there as soon as the request that asks has returned its promise. */
let fetched: string[]
let underWay: number
let clock: ReturnType<typeof settableClock>

beforeEach(async () => {
  documents = {}
  server = await serveDocuments(documents)
  fetched = []
  underWay = 0
  clock = settableClock()
  documents[OAUTH] = { issuer: server.origin, introspection_endpoint: 'https://login.example.com/introspect' }
})

const countingFetch: typeof fetch = async (url, init) => {
  fetched.push(new URL(String(url)).pathname)
  underWay++
  try {
    return await fetch(url, init)
  } finally {
    underWay--
  }
}

const rules = (): IssuerRules => {
  const general = stageOptions({ allowHttpOnLoopback: true, clock: clock.read, fetch: countingFetch })
  return parseIssuer(server.origin, general)
}
const endpoint = (configured?: string, mutualTls = false) => new IntrospectionEndpoint(rules(), configured, mutualTls)
const answerOf = (subject: IntrospectionEndpoint) =>
  subject.find().catch((error: Error) => `${error.name}: ${error.message}`)
const metadata = (members: object): void => {
  documents[OAUTH] = { issuer: server.origin, ...members }
}
/** When the look-up that runs beside the requests has ended. */
async function settled(): Promise<void> {
  for (let quiet = 0; quiet < 5; quiet = underWay === 0 ? quiet + 1 : 0) await new Promise(setImmediate)
}

describe('the endpoint of the configuration', () => {
  test('is used as it is, and nothing is ever fetched', async () => {
    const subject = endpoint('https://elsewhere.example.com/introspect?tenant=1')
    for (let day = 0; day < 3; day++) {
      expect(await answerOf(subject)).toBe('https://elsewhere.example.com/introspect?tenant=1')
      clock.seconds += 86_400
    }
    expect(fetched).toEqual([])
  })

  test('stays the same, though the clock steps back', async () => {
    const subject = endpoint('https://elsewhere.example.com/introspect')
    for (const seconds of [0, -1, -86_400]) {
      clock.seconds += seconds
      expect(await answerOf(subject)).toBe('https://elsewhere.example.com/introspect')
    }
    await settled()
    expect(fetched).toEqual([])
  })
})

describe('the endpoint of the metadata (RFC 8414 section 2)', () => {
  test('is looked up once, by however many requests', async () => {
    const subject = endpoint()
    const found = await Promise.all(Array.from({ length: 50 }, () => answerOf(subject)))
    expect(new Set(found)).toEqual(new Set(['https://login.example.com/introspect']))
    expect(fetched).toEqual([OAUTH])
  })

  test('is found in the document of OpenID Connect where there is no other', async () => {
    documents[OIDC] = documents[OAUTH]
    delete documents[OAUTH]
    expect(await answerOf(endpoint())).toBe('https://login.example.com/introspect')
    expect(fetched).toEqual([OAUTH, OIDC])
  })

  test('may be http on loopback where that is allowed', async () => {
    metadata({ introspection_endpoint: 'http://127.0.0.1:1/introspect' })
    expect(await answerOf(endpoint())).toBe('http://127.0.0.1:1/introspect')
  })

  test.each([
    [undefined, 'it has no valid introspection_endpoint'],
    [null, 'it has no valid introspection_endpoint'],
    ['/introspect', 'it has no valid introspection_endpoint'],
    [['https://login.example.com/introspect'], 'it has no valid introspection_endpoint'],
    ['http://login.example.com/introspect', 'its introspection_endpoint is not an https URL'],
    ['file:///etc/passwd', 'its introspection_endpoint is not an https URL'],
    ['javascript:1', 'its introspection_endpoint is not an https URL'],
  ])('that is %j is none', async (value, reason) => {
    metadata({ introspection_endpoint: value })
    expect(await answerOf(endpoint())).toBe(
      `FetchFailure: no usable metadata; ${OAUTH}: ${reason}; ${OIDC}: the answer had status 404`,
    )
  })

  test('of another issuer is none (RFC 8414 section 3.3)', async () => {
    metadata({ issuer: `${server.origin}/`, introspection_endpoint: 'https://login.example.com/introspect' })
    expect(await answerOf(endpoint())).toContain('its issuer is not the option "issuer" to the letter')
  })
})

describe('mtls_endpoint_aliases (RFC 8705 section 5)', () => {
  const both = {
    introspection_endpoint: 'https://login.example.com/introspect',
    mtls_endpoint_aliases: { introspection_endpoint: 'https://mtls.login.example.com/introspect' },
  }

  test('count for a client with a certificate, and for no other', async () => {
    metadata(both)
    expect(await answerOf(endpoint(undefined, true))).toBe('https://mtls.login.example.com/introspect')
    expect(await answerOf(endpoint(undefined, false))).toBe('https://login.example.com/introspect')
  })

  test.each([undefined, null, {}, [], 'https://x.example', { token_endpoint: 'https://mtls.example.com/token' }])(
    'that are %j leave the ordinary endpoint',
    async aliases => {
      metadata({ ...both, mtls_endpoint_aliases: aliases })
      expect(await answerOf(endpoint(undefined, true))).toBe('https://login.example.com/introspect')
    },
  )

  test.each(['http://mtls.login.example.com/introspect', 7, ''])(
    'with %j are an error, not a way around',
    async alias => {
      metadata({ ...both, mtls_endpoint_aliases: { introspection_endpoint: alias } })
      expect(await answerOf(endpoint(undefined, true))).toMatch(/^FetchFailure: no usable metadata; /)
    },
  )

  test('do not replace the endpoint of the configuration', async () => {
    metadata(both)
    expect(await answerOf(endpoint('https://configured.example.com/i', true))).toBe('https://configured.example.com/i')
    expect(fetched).toEqual([])
  })
})

describe('metadata changes and fails', () => {
  test('a moved endpoint is found within ten minutes, and no request waits for it', async () => {
    const subject = endpoint()
    await subject.find()
    metadata({ introspection_endpoint: 'https://moved.example.com/introspect' })
    clock.seconds += 479
    expect(await answerOf(subject)).toBe('https://login.example.com/introspect')
    expect(fetched.length).toBe(1)
    clock.seconds += 1
    expect(await answerOf(subject)).toBe('https://login.example.com/introspect')
    await settled()
    expect(await answerOf(subject)).toBe('https://moved.example.com/introspect')
    expect(fetched.length).toBe(2)
  })

  test('a known endpoint serves on where metadata cannot be had any more, and few requests try', async () => {
    const subject = endpoint()
    await subject.find()
    delete documents[OAUTH]
    for (let minute = 0; minute < 60; minute++) {
      clock.seconds += 60
      for (let request = 0; request < 10; request++) {
        expect(await answerOf(subject)).toBe('https://login.example.com/introspect')
      }
      await settled()
    }
    expect(fetched.length).toBeLessThan(130)
    expect(fetched.length).toBeGreaterThan(3)
  })

  test('a failure is remembered for the cool-down, which doubles, and then forgotten', async () => {
    const honest = documents[OAUTH]
    delete documents[OAUTH]
    const subject = endpoint()
    const failure = `FetchFailure: no usable metadata; ${OAUTH}: the answer had status 404; ${OIDC}: the answer had status 404`
    for (const wait of [0, 4.999, 0.001, 9.999]) {
      clock.seconds += wait
      expect(await answerOf(subject)).toBe(failure)
    }
    expect(fetched.length).toBe(4)
    documents[OAUTH] = honest
    expect(await answerOf(subject)).toBe(failure)
    clock.seconds += 0.001
    expect(await answerOf(subject)).toBe('https://login.example.com/introspect')
  })
})
