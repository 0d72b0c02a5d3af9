import { describe, expect, test } from 'vitest'
import { allOf, satisfies, service } from '../src/access/expression.ts'
import { createResourceServer } from '../src/resource-server.ts'
import { misuseOf } from './support/refusals.ts'
import { requestWith, statusOf, summaryOf, tampered } from './support/requests.ts'
import { keys, mint, optionsFor } from './support/tokens.ts'

const KEY = await keys()
const api = createResourceServer(optionsFor(KEY))
const TOKEN = await mint(KEY)

const INVALID =
  'Bearer realm="https://api.example.com", error="invalid_token", error_description="The access token is not valid"'
const LACKS =
  'Bearer realm="https://api.example.com", error="insufficient_scope", error_description="The access token does not carry the privilege that this resource requires"'

describe('optionalGuard', () => {
  const guard = api.optionalGuard('controls:read')

  test('lets a request without credentials pass, with access undefined', () => {
    expect(guard.check(requestWith())).toEqual({ granted: true, access: undefined })
  })

  test('gives the access of a good token', async () => {
    expect(await guard.check(requestWith(TOKEN))).toMatchObject({
      granted: true,
      access: { clientId: 'nightly-import' },
    })
  })

  test('refuses bad credentials and never takes them as anonymous', async () => {
    expect(summaryOf(await guard.check(requestWith(tampered(TOKEN))))).toEqual(['signature_invalid', 401, INVALID])
    expect(statusOf(await guard.check(requestWith('')))).toEqual(['authorization_malformed', 400])
    expect(statusOf(await guard.check({ ...requestWith(), headers: ['Authorization', ''] }))).toEqual([
      'authorization_malformed',
      400,
    ])
    expect(statusOf(await guard.check({ ...requestWith(), headers: ['Authorization', 'Basic a'] }))).toEqual([
      'scheme_unsupported',
      401,
    ])
  })

  test('refuses a token that lacks the privilege', async () => {
    const token = await mint(KEY, { scope: 'imports:write' })
    expect(summaryOf(await guard.check(requestWith(token)))).toEqual([
      'insufficient_scope',
      403,
      `${LACKS}, scope="controls:read"`,
    ])
  })
})

describe('a requirement is compiled at start', () => {
  test.each([
    ['guard', api.guard],
    ['optionalGuard', api.optionalGuard],
    ['check', (requirement: never) => api.check(requestWith(), requirement)],
  ])('%s() throws for an unknown scope', (_name, use) => {
    expect(misuseOf(() => use('controls:raed' as never)).code).toBe('scope_unknown')
  })

  test('a guard is frozen and says what it requires', () => {
    const guard = api.guard(allOf('imports:write', service))
    expect(guard.requirement).toBe('imports:write and service')
    expect(Object.isFrozen(guard)).toBe(true)
    expect(Object.isFrozen(api)).toBe(true)
  })
})

describe('satisfies within a guard', () => {
  const throws = satisfies('throws', () => {
    throw new Error('database is down')
  })

  test('gets the source of the request, or else the request itself', async () => {
    const seen: unknown[] = []
    const guard = api.guard(satisfies('looks', (_access, request) => seen.push(request) > 0))
    const request = requestWith(TOKEN)
    await guard.check(request)
    await guard.check({ ...request, source: 'framework request' })
    expect(seen).toEqual([request, 'framework request'])
    expect(seen[0]).toBe(request)
  })

  test('what it throws comes out of check() and is never a denial or a grant', async () => {
    const server = createResourceServer(optionsFor(KEY))
    await expect(server.check(requestWith(TOKEN), throws)).rejects.toThrow('database is down')
    expect(() => server.check(requestWith(TOKEN), throws)).toThrow('database is down')
  })

  test('is not asked about somebody whose token is refused', async () => {
    expect(statusOf(await api.check(requestWith(tampered(TOKEN)), throws))).toEqual(['signature_invalid', 401])
  })

  test('a false answer names no scope in the challenge', async () => {
    expect(
      summaryOf(
        await api.check(
          requestWith(TOKEN),
          satisfies('no', () => false),
        ),
      ),
    ).toEqual(['insufficient_scope', 403, LACKS])
  })
})
