import { createTestIssuer } from '@scopeward/testing'
import { expect, onTestFinished, test } from 'vitest'
import { startServer } from './servers.ts'
import { createRig, type Rig, refused } from './support.ts'

/** Metadata of its own, with a `jwks_uri` that the test moves to the key set of another server. */
async function createFront(): Promise<{ readonly origin: string; jwksUri: string }> {
  const front = { origin: '', jwksUri: '' }
  front.origin = await startServer((_, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ issuer: front.origin, jwks_uri: front.jwksUri }))
  })
  return front
}

const urlsAt = ({ fetches }: Rig, at: number): readonly string[] =>
  fetches.filter(each => each.at === at).map(({ url }) => url)

test('a jwks_uri that moves in the metadata is followed, and the keys at the old place no longer count', async () => {
  const front = await createFront()
  const rig = await createRig({ api: { issuer: front.origin } })
  const { clock, issuer, token, ask, settled, events } = rig
  front.jwksUri = issuer.jwksUri
  const successor = await createTestIssuer({ algorithm: 'ES256' })
  onTestFinished(() => successor.stop())
  await successor.rotateKeys({ keepOld: false })
  const claims = { iss: front.origin }
  const before = await token({ claims })
  const after = await token({ claims, key: successor.signingKey })
  expect(await ask(before)).toBe('granted')
  expect(urlsAt(rig, 0)).toEqual([`${front.origin}/.well-known/oauth-authorization-server`, issuer.jwksUri])
  front.jwksUri = successor.jwksUri
  clock.advance({ seconds: 480 })
  expect(ask(before)).toBe('granted')
  await settled()
  expect(urlsAt(rig, 480).at(-1)).toBe(successor.jwksUri)
  expect(events).toHaveLength(2)
  expect(await ask(after)).toBe('granted')
  expect(await ask(before)).toEqual(refused('key_unknown'))
  clock.advance({ seconds: 480 })
  expect(ask(after)).toBe('granted')
  await settled()
  expect(urlsAt(rig, 960)).not.toContain(issuer.jwksUri)
})

test.each(['down', 'error', 'html', 'wrong-issuer', 'redirect', 'not-found', 'slow'] as const)(
  'metadata that fails (%s) costs nothing once the jwks_uri is known',
  async fault => {
    const { clock, issuer, token, ask, settled, events, keySetFetches } = await createRig({
      api: { fetchTimeoutSeconds: fault === 'slow' ? 0.4 : 10 },
    })
    const remembered = await token()
    expect(await ask(remembered)).toBe('granted')
    issuer.setFault(fault, 'metadata')
    await issuer.rotateKeys()
    clock.advance({ seconds: 480 })
    expect(ask(remembered)).toBe('granted')
    await settled()
    expect(events.map(event => event.outcome)).toEqual(['refreshed', 'refreshed'])
    expect(await ask(await token())).toBe('granted')
    expect(keySetFetches()).toEqual([0, 480])
  },
)

test('the option jwksUri fetches no metadata, neither at start nor later', async () => {
  const probe = await createTestIssuer({ algorithm: 'ES256' })
  onTestFinished(() => probe.stop())
  const { clock, token, ask, settled, fetches } = await createRig({ api: { jwksUri: probe.jwksUri } })
  const remembered = await token({ key: probe.signingKey })
  expect(await ask(remembered)).toBe('granted')
  clock.advance({ seconds: 480 })
  expect(ask(remembered)).toBe('granted')
  await settled()
  expect(await ask(await token({ header: { kid: 'nobody' } }))).toEqual(refused('key_unknown'))
  expect(fetches.map(({ url }) => url)).toEqual([probe.jwksUri, probe.jwksUri])
  expect(probe.requests).toMatchObject({ metadata: 0, openidConfiguration: 0, jwks: 2 })
})

test('the OpenID Connect place of the metadata is asked only where the one of RFC 8414 fails', async () => {
  const { issuer, token, ask } = await createRig({ issuer: { path: '/tenant1' } })
  expect(await ask(await token())).toBe('granted')
  expect(issuer.requests).toMatchObject({ metadata: 1, openidConfiguration: 0, jwks: 1 })
})
