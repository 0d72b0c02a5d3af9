import { describe, expect, test } from 'vitest'
import { createDenials } from '../../src/challenge/create-denials.ts'
import { DENIALS, type DenialCode } from '../../src/errors/denials.ts'
import { Rejection } from '../../src/errors/rejection.ts'

const URL = 'https://api.example.com/.well-known/oauth-protected-resource/mcp'
const CODES = Object.keys(DENIALS) as DenialCode[]
const STRONG = { acrValues: ['phr'], maxAgeSeconds: 0 }
const RECENT = { maxAgeSeconds: 300 }
const route = { scopes: ['items:read'], stepUps: [STRONG, RECENT] }

const naming = createDenials({ realm: 'api', resourceMetadata: URL })(route)
const silent = createDenials({ realm: 'api' })(route)

describe('where metadata is served, every challenge names it (RFC 9728 section 5.1)', () => {
  test.each(CODES.filter(code => DENIALS[code].status !== 503))('%s', code => {
    const challenge = naming(new Rejection(code)).headers['WWW-Authenticate']
    expect(challenge?.endsWith(`, resource_metadata="${URL}"`)).toBe(true)
    expect(silent(new Rejection(code)).headers['WWW-Authenticate']).not.toContain('resource_metadata')
  })

  test('insufficient_user_authentication, with a sign-in too', () => {
    const rejection = new Rejection('insufficient_user_authentication')
    const challenge = naming(rejection, { signIn: STRONG }).headers['WWW-Authenticate']
    expect(challenge?.endsWith(`, acr_values="phr", max_age="0", resource_metadata="${URL}"`)).toBe(true)
    expect(silent(rejection, { signIn: STRONG }).headers['WWW-Authenticate']).not.toContain('resource_metadata')
  })

  test.each(CODES.filter(code => DENIALS[code].status === 503))('%s has no challenge', code => {
    expect(naming(new Rejection(code)).headers).not.toHaveProperty('WWW-Authenticate')
  })
})

test.each(CODES.filter(code => code !== 'insufficient_user_authentication'))(
  '%s asks for no sign-in: that would not help (RFC 9470 section 3)',
  code => {
    const stepUp = naming(new Rejection('insufficient_user_authentication'), { signIn: STRONG })
    expect(stepUp.headers['WWW-Authenticate']).toContain('acr_values="phr", max_age="0"')
    expect(String(naming(new Rejection(code)).headers['WWW-Authenticate'])).not.toMatch(/acr_values|max_age/)
  },
)

test('of several sign-ins the challenge names the one that is missing, and nothing of the others (RFC 9470 section 3)', () => {
  const challengeFor = (signIn: typeof RECENT) =>
    silent(new Rejection('insufficient_user_authentication'), { signIn }).headers['WWW-Authenticate']
  const error =
    'Bearer realm="api", error="insufficient_user_authentication", error_description="This resource requires a stronger or more recent sign-in"'
  expect(challengeFor(STRONG)).toBe(`${error}, acr_values="phr", max_age="0"`)
  expect(challengeFor(RECENT)).toBe(`${error}, max_age="300"`)
})
