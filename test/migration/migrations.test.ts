import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { codeBlocks, read } from '../docs/markdown.ts'
import { send } from '../support/raw-http.ts'
import { appOf, listen, nextVerdict } from './support/apps.ts'
import { atPool, cognitoStyle, startPool } from './support/cognito.ts'
import { describeMigration, type Migration } from './support/migration.ts'
import { sourceOf } from './support/pages.ts'
import { LABELS } from './support/requests.ts'
import { refusals } from './watch/tally.ts'

const style = { honest: { scope: 'controls:read' } }

const MIGRATIONS: readonly Migration[] = [
  {
    name: 'express-oauth2-jwt-bearer',
    packages: ['express-oauth2-jwt-bearer'],
    style,
    oldParameters: ({ issuer }) => [issuer],
    overrides: ({ options }) => options,
  },
  {
    name: 'express-jwt',
    packages: ['express-jwt', 'jwks-rsa'],
    style,
    oldParameters: ({ issuer, jwksUri }) => [issuer, jwksUri],
    overrides: ({ options }) => options,
  },
  {
    name: 'fastify-jwt',
    packages: ['@fastify/jwt', 'get-jwks'],
    style,
    oldParameters: ({ issuer }) => [issuer],
    overrides: ({ options }) => options,
  },
  {
    name: 'aws-jwt-verify',
    packages: ['aws-jwt-verify'],
    style: cognitoStyle,
    oldParameters: () => [],
    overrides: atPool,
    prepare: startPool,
  },
]

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await createTestIssuer({ path: '/' })
})
afterAll(() => issuer.stop())

for (const migration of MIGRATIONS) describeMigration(migration, () => issuer)

test('the overview shows the modules that count, word for word', () => {
  const page = 'docs/migration/index.md'
  expect(codeBlocks(page, 'ts')).toEqual(['watch/express.ts', 'watch/fastify.ts', 'watch/tally.ts'].map(sourceOf))
  expect(read(page)).toContain(`${LABELS.length} requests`)
  for (const { name } of MIGRATIONS) expect(read(page)).toContain(`(${name}.md)`)
})

test('a client of Auth0 without the profile is counted as the overview shows, and let in', async () => {
  const port = await listen(await appOf('express-oauth2-jwt-bearer/rollout.ts', [issuer.issuer, issuer.options]))
  const token = await issuer.token({
    header: { typ: 'JWT' },
    subject: 'reports@clients',
    scope: 'controls:read',
    claims: { azp: 'reports', gty: 'client-credentials', client_id: undefined, jti: undefined },
  })
  refusals.clear()
  for (const expected of [1, 2]) {
    const verdict = nextVerdict()
    const { status } = await send(port, { path: '/v1/controls/7', headers: [`Authorization: Bearer ${token}`] })
    expect([status, await verdict]).toEqual([200, 'type_not_accepted'])
    expect([...refusals.values()]).toEqual([expected])
  }
  const shown = codeBlocks('docs/migration/index.md', 'json').map(block => JSON.parse(block))
  expect([...refusals.keys()].map(kind => JSON.parse(kind))).toEqual(shown)
})
