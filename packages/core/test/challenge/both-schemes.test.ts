import { describe, expect, test } from 'vitest'
import { createDenials, type RouteParameters } from '../../src/challenge/create-denials.ts'
import { DENIALS, type DenialCode } from '../../src/errors/denials.ts'
import { Rejection } from '../../src/errors/rejection.ts'

const ALGS = ['ES256', 'Ed25519', 'PS256']
const NAMED = 'algs="ES256 Ed25519 PS256"'
const CODES = Object.keys(DENIALS) as DenialCode[]
const CHALLENGED = CODES.filter(code => DENIALS[code].status !== 503 && code !== 'dpop_nonce_required')

const server = (mode: 'accepted' | 'required') =>
  createDenials({ realm: 'api', dpop: { mode, algs: ALGS }, nonce: () => 'nonce-1' })

type Presented = 'Bearer' | 'DPoP' | undefined

function challengeOf(code: DenialCode, presented: Presented, mode = server('accepted'), route: RouteParameters = {}) {
  return mode(route)(new Rejection(code), { presented }).headers['WWW-Authenticate']
}

const errorOf = (code: DenialCode): string => {
  const { error, text } = DENIALS[code]
  return error === undefined ? '' : `, error="${error}", error_description="${text}"`
}

describe('where proofs are accepted, one header line offers Bearer and DPoP (RFC 9449 section 7.2)', () => {
  test('without credentials both are offered and neither has an error (RFC 6750 section 3.1)', () => {
    expect(challengeOf('credentials_missing', undefined)).toBe(`Bearer realm="api", DPoP realm="api", ${NAMED}`)
    expect(challengeOf('scheme_unsupported', undefined)).toBe(`Bearer realm="api", DPoP realm="api", ${NAMED}`)
  })

  test.each(CHALLENGED)('%s: the error stands with the scheme that was presented, and with that one alone', code => {
    const error = errorOf(code)
    expect(challengeOf(code, 'Bearer')).toBe(`Bearer realm="api"${error}, DPoP realm="api", ${NAMED}`)
    expect(challengeOf(code, 'DPoP')).toBe(`Bearer realm="api", DPoP realm="api"${error}, ${NAMED}`)
  })

  test.each(CHALLENGED)('%s: with no scheme presented it stands in both', code => {
    const error = errorOf(code)
    expect(challengeOf(code, undefined)).toBe(`Bearer realm="api"${error}, DPoP realm="api"${error}, ${NAMED}`)
  })

  test.each(CODES.filter(code => DENIALS[code].status === 503))(
    '%s challenges nobody, whatever was presented',
    code => {
      for (const presented of ['Bearer', 'DPoP', undefined] as const)
        expect(challengeOf(code, presented)).toBeUndefined()
    },
  )

  test('both name the scopes of the route, the sign-in that is missing, and the metadata (RFC 9728 section 5.1)', () => {
    const url = 'https://api.example.com/.well-known/oauth-protected-resource'
    const strong = { acrValues: ['phr'] }
    const denialOf = createDenials({
      realm: 'api',
      resourceMetadata: url,
      dpop: { mode: 'accepted', algs: ALGS },
    })({ scopes: ['a', 'b'], stepUps: [strong] })
    expect(denialOf(new Rejection('credentials_missing')).headers['WWW-Authenticate']).toBe(
      `Bearer realm="api", scope="a b", resource_metadata="${url}", DPoP realm="api", scope="a b", ${NAMED}, resource_metadata="${url}"`,
    )
    const code = 'insufficient_user_authentication'
    const presented = { presented: 'DPoP', signIn: strong } as const
    expect(denialOf(new Rejection(code), presented).headers['WWW-Authenticate']).toBe(
      `Bearer realm="api", acr_values="phr", resource_metadata="${url}", DPoP realm="api"${errorOf(code)}, acr_values="phr", ${NAMED}, resource_metadata="${url}"`,
    )
  })

  test('answers are shared between requests, by what was presented', () => {
    const denialOf = server('accepted')({})
    const bearer = denialOf(new Rejection('token_expired'), { presented: 'Bearer' })
    expect(denialOf(new Rejection('token_expired'), { presented: 'Bearer' })).toBe(bearer)
    expect(denialOf(new Rejection('token_expired'), { presented: 'DPoP' })).not.toBe(bearer)
  })
})

describe('where every token must be proven, Bearer is not offered', () => {
  test.each<[string, Parameters<typeof challengeOf>[2], RouteParameters]>([
    ['by the server', server('required'), {}],
    ['by the route', server('accepted'), { demandsDpop: true }],
  ])('%s', (_name, mode, route) => {
    for (const presented of ['Bearer', 'DPoP', undefined] as const) {
      expect(challengeOf('credentials_missing', presented, mode, route)).toBe(`DPoP realm="api", ${NAMED}`)
      expect(challengeOf('token_expired', presented, mode, route)).toBe(
        `DPoP realm="api"${errorOf('token_expired')}, ${NAMED}`,
      )
    }
  })
})

test('without the option dpop nothing of it is offered, whatever the route says', () => {
  const denialOf = createDenials({ realm: 'api' })({ demandsDpop: true })
  for (const code of CHALLENGED)
    expect(denialOf(new Rejection(code)).headers['WWW-Authenticate']).not.toContain('DPoP realm')
})

describe('dpop_nonce_required (RFC 9449 section 9)', () => {
  test.each(['accepted', 'required'] as const)('hands out the nonce and offers DPoP alone, mode %s', mode => {
    const { status, headers, body } = server(mode)({ scopes: ['a'] })(new Rejection('dpop_nonce_required'), {
      presented: 'DPoP',
    })
    expect(status).toBe(401)
    expect(headers).toEqual({
      'WWW-Authenticate': `DPoP realm="api", error="use_dpop_nonce", error_description="The DPoP proof needs the nonce of the header DPoP-Nonce", ${NAMED}`,
      'DPoP-Nonce': 'nonce-1',
      'Cache-Control': 'no-store',
      'Content-Type': 'application/problem+json',
    })
    expect(JSON.parse(body)).toMatchObject({ status: 401, error: 'use_dpop_nonce' })
  })

  test('the nonce is that of the moment, not of the start', () => {
    let nonce = 'first'
    const denialOf = createDenials({ realm: 'api', dpop: { mode: 'accepted', algs: ALGS }, nonce: () => nonce })({})
    const handedOut = () => denialOf(new Rejection('dpop_nonce_required')).headers['DPoP-Nonce']
    expect(handedOut()).toBe('first')
    nonce = 'second'
    expect(handedOut()).toBe('second')
  })

  test('no other answer hands one out', () => {
    const denialOf = server('accepted')({})
    for (const code of CODES.filter(code => code !== 'dpop_nonce_required')) {
      expect(denialOf(new Rejection(code), { presented: 'DPoP' }).headers).not.toHaveProperty('DPoP-Nonce')
    }
  })
})

test.each(['replay_store_unavailable', 'revocation_unavailable'] as const)(
  '%s says when asking again makes sense (RFC 9110 section 10.2.3)',
  code => {
    const denial = server('accepted')({})(new Rejection(code, undefined, 1), { presented: 'DPoP' })
    expect(denial.status).toBe(503)
    expect(denial.headers).toEqual({
      'Retry-After': '1',
      'Cache-Control': 'no-store',
      'Content-Type': 'application/problem+json',
    })
  },
)
