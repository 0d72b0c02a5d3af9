import { type ScopewardOptions, scopeward } from '@scopeward/fastify'
import { createTestIssuer } from '@scopeward/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createApp, createGuardedApp, optionsFor } from './support/api.ts'

describe('registering with bad options rejects, and names the option', () => {
  const cases: readonly [string, object, string, RegExp][] = [
    [
      'none',
      { issuer: undefined, audience: undefined, scopes: undefined },
      'option_missing',
      /^Option "audience" is missing/,
    ],
    ['without an issuer', { issuer: undefined }, 'option_missing', /^Option "issuer" is missing/],
    ['without an audience', { audience: undefined }, 'option_missing', /"audience"/],
    ['without scopes', { scopes: undefined }, 'option_missing', /"scopes"/],
    ['an unknown one', { audiences: ['https://api.example.com'] }, 'option_unknown', /"audiences".*"audience"/],
    ['a misspelt one of its own', { publicRoute: [] }, 'option_unknown', /"publicRoute"\. Did you mean "publicRoutes"/],
    ['a number out of range', { clockToleranceSeconds: 301 }, 'option_invalid', /"clockToleranceSeconds"/],
    [
      'two that contradict each other',
      { jwksUri: 'https://a.example/', jwks: { keys: [] } },
      'option_conflict',
      /"jwks/,
    ],
    ['respond that is no function', { respond: 'json' }, 'option_invalid', /^Option "respond" must be a function/],
    [
      'publicRoutes that is no array',
      { publicRoutes: 'GET /a' },
      'option_invalid',
      /^Option "publicRoutes" must be an array/,
    ],
    [
      'publicRoutes that holds no text',
      { publicRoutes: [/a/] },
      'option_invalid',
      /^Option "publicRoutes" must be an array/,
    ],
  ]
  test.each(cases)('%s', async (_, wrong, code, message) => {
    const issuer = await createTestIssuer({ algorithm: 'ES256' })
    onTestFinished(() => issuer.stop())
    await createGuardedApp(issuer)
    const app = createApp()
    const options = Object.fromEntries(
      Object.entries({ ...optionsFor(issuer), ...wrong }).filter(([, value]) => value !== undefined),
    ) as unknown as ScopewardOptions
    await expect(app.register(scopeward, options)).rejects.toMatchObject({
      name: 'ConfigurationError',
      code,
      message: expect.stringMatching(message),
    })
  })
})
