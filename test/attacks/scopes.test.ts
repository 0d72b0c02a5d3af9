import { describe, expect, test } from 'vitest'
import { valuesOf } from '../support/raw-http.ts'
import { refusalFor } from '../support/refusals.ts'
import { HANDLED } from './apis.ts'
import { holdRows } from './hold-rows.ts'
import { withClaims } from './mint.ts'
import {
  type Attack,
  answersTo,
  bearer,
  expectAccepted,
  expectCheckRefused,
  expectNothingOf,
  testAttacks,
  useBench,
} from './support.ts'

holdRows()

const bench = useBench()

describe('CL12: scope claims outside their grammar (RFC 6749 section 3.3, RFC 8693 section 4.2)', () => {
  const values = [
    '',
    ' ',
    'items:read ',
    ' items:read',
    'items:read  admin',
    'items:read\tadmin',
    'items:read\nadmin',
    'items:read\u00a0admin',
    'items:read\u0000',
    'items:read\u200b',
    'items:read "x"',
    'items:read a\\b',
    'items:read \u00e9',
    null,
    5,
    true,
    {},
    [],
    ['items:read'],
    { 'items:read': true },
    ['items:read', ...Array.from({ length: 1000 }, (_, index) => index.toString(36))].join(' '),
  ] as const
  testAttacks(
    bench,
    values.map(
      (scope): Attack => [`CL12 scope ${JSON.stringify(scope).slice(0, 30)}`, 'claim_invalid', withClaims({ scope })],
    ),
  )
})

describe('CL12: genuine tokens that do not carry the scope', () => {
  const scopes = [
    undefined,
    'items',
    'items:',
    'items:readx',
    'xitems:read',
    'items:read:all',
    'spread-items:read',
    'ITEMS:READ',
    'items:*',
    '*',
    'items.read',
    'items:read,admin',
    'items:re\u0061d:x',
    'read',
    '__proto__',
    'constructor',
    'has',
    'size',
    'toString',
    'items:rea items d',
  ] as const

  test.each(scopes.map(scope => [scope]))(
    'CL12 scope %j does not open a route for items:read (kgateway.dev#939)',
    async scope => {
      const honest = await bench.honest()
      await expectAccepted(bench, honest.token)
      const token = withClaims({ scope })(honest)
      for (const answer of await answersTo(bench, bearer(token))) {
        const { status, body } = answer
        expect({ status, challenge: valuesOf(answer, 'www-authenticate'), body }).toEqual(
          refusalFor('insufficient_scope', 'items:read'),
        )
        expectNothingOf(token, answer.raw)
      }
      await expectCheckRefused(bench, token, 'insufficient_scope')
    },
  )

  test.each(['scp', 'scopes', 'roles', 'permissions', 'authorities', 'groups', 'Scope'])(
    'CL12 privilege in the claim %s is not taken for scope',
    async name => {
      const honest = await bench.honest()
      const token = withClaims({ scope: undefined, [name]: 'items:read', [`${name}s`]: ['items:read'] })(honest)
      await expectAccepted(bench, honest.token)
      for (const { status, body } of await answersTo(bench, bearer(token))) {
        expect([status, body.includes(HANDLED)]).toEqual([403, false])
      }
    },
  )

  test('CL12 the challenge of a route never depends on the token (decision 10)', async () => {
    const challenges = new Set<string>()
    for (const scope of ['items:read', 'items:write', 'admins', 'a b c']) {
      const { token } = await bench.honest({ scope })
      const request = { ...bearer(token), path: '/admin' }
      for (const answer of await answersTo(bench, request)) {
        expect(answer.status).toBe(403)
        challenges.add(valuesOf(answer, 'www-authenticate').join())
      }
    }
    expect([...challenges]).toEqual(refusalFor('insufficient_scope', 'admin').challenge)
  })

  test('CL12 a scope outside the vocabulary is listed and opens nothing', async () => {
    const { token } = await bench.honest({ scope: 'items:read admin:all' })
    await expectAccepted(bench, token)
    for (const { status } of await answersTo(bench, { ...bearer(token), path: '/admin' })) expect(status).toBe(403)
  })
})
