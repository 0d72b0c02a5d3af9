import { generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'
import { type ClientAuthentication, createResourceServer, introspection, sharedSecret } from '@scopeward/core'
import { createGuard } from '@scopeward/express'
import { expect, test } from 'vitest'
import { recordEvents } from '../support/events.ts'
import { createAuthority } from './support/certificates.ts'
import { createRig } from './support/rig.ts'
import { AUDIENCE, bearer, SCOPE } from './support/three-callers.ts'
import { expectGranted } from './support/verdicts.ts'

const ISSUER = 'https://login.example.com'
const SCOPES = { [SCOPE]: 'Read reports' }
const SECRET = 'wM6Qh0tZl3v9yXbN1cRk8sJd5uTfGa2e-oPiLzHqVn4'

/** Whatever a logger, a serialiser or a debugger might print of a value. */
function printed(value: unknown): string {
  const depthless = { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true, maxStringLength: null }
  return [
    inspect(value),
    inspect(value, depthless),
    JSON.stringify(value) ?? '',
    String(value),
    value instanceof Error ? `${value.stack} ${inspect(value.cause)}` : '',
    ...Object.getOwnPropertyNames(value ?? {}),
  ].join('\n')
}

/** As text, and as the bytes of a buffer are printed. */
function expectWithout(value: unknown, secret: string): void {
  const text = printed(value)
  for (const form of [secret, Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('hex')]) {
    expect(text).not.toContain(form)
  }
  const dense = text.replace(/\s/g, '')
  const bytes = Buffer.from(secret).subarray(0, 8)
  expect(dense).not.toContain(bytes.toString('hex'))
  expect(dense).not.toContain([...bytes].join(','))
}

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwk = privateKey.export({ format: 'jwk' })
const pem = String(privateKey.export({ format: 'pem', type: 'pkcs8' }))
const certificate = createAuthority('test authority').issue('reports-api')
const middleOf = (text: string): string => text.split('\n')[1] as string

const METHODS: readonly (readonly [string, ClientAuthentication, string])[] = [
  ['client_secret_basic', { method: 'client_secret_basic', clientSecret: SECRET }, SECRET],
  ['private_key_jwt, PEM', { method: 'private_key_jwt', privateKey: pem, algorithm: 'ES256' }, middleOf(pem)],
  ['private_key_jwt, JWK', { method: 'private_key_jwt', privateKey: { ...jwk }, algorithm: 'ES256' }, String(jwk.d)],
  ['tls_client_auth', { method: 'tls_client_auth', ...certificate }, middleOf(certificate.privateKey)],
]

test('the check itself finds what is there to be found', () => {
  expect(() => expectWithout({ nested: { secret: SECRET } }, SECRET)).toThrow()
  expect(() => expectWithout(new Map([['a', new Set([SECRET])]]), SECRET)).toThrow()
  expect(() => expectWithout(Buffer.from(SECRET), SECRET)).toThrow()
  expect(() => expectWithout(new Uint8Array(Buffer.from(SECRET)), SECRET)).toThrow()
})

test.each(METHODS)(
  '%s: nothing that is made of the options prints the secret',
  (_name, clientAuthentication, secret) => {
    const issuer = introspection({ issuer: ISSUER, clientId: 'reports-api', clientAuthentication })
    const options = { issuer, audience: AUDIENCE, scopes: SCOPES }
    const api = createResourceServer(options)
    expect(JSON.stringify(issuer)).toBe('{}')
    for (const value of [issuer, options, api, api.guard(SCOPE), createGuard(options)]) expectWithout(value, secret)
  },
)

test('sharedSecret: nothing that is made of the options prints a secret', () => {
  for (const secret of [SECRET, Buffer.from(SECRET), new Uint8Array(Buffer.from(SECRET))]) {
    const issuer = sharedSecret({ issuer: ISSUER, secrets: [secret, 'another secret that is long enough for this'] })
    const options = { issuer: [issuer], audience: AUDIENCE, scopes: SCOPES }
    const api = createResourceServer(options)
    expect(JSON.stringify(issuer)).toBe('{}')
    for (const value of [issuer, options, api, api.guard(SCOPE), createGuard(options)]) expectWithout(value, SECRET)
  }
})

test('mistakes are told without the secret', () => {
  const errorOf = (make: () => unknown): unknown => {
    try {
      make()
    } catch (error) {
      return error
    }
    throw new Error('nothing was thrown')
  }
  const clientAuthentication = (value: object) => () =>
    introspection({ issuer: ISSUER, clientId: 'x', clientAuthentication: value as ClientAuthentication })
  const short = SECRET.slice(0, 31)
  for (const [make, secret] of [
    [() => sharedSecret({ issuer: ISSUER, secrets: [short] }), short],
    [() => sharedSecret({ issuer: ISSUER, secrets: [SECRET, SECRET] }), SECRET],
    [() => sharedSecret({ issuer: ISSUER, secrets: SECRET as never }), SECRET],
    [() => sharedSecret({ issuer: ISSUER, secrets: [SECRET], algorithm: 'HS512' }), SECRET],
    [() => sharedSecret(SECRET as never), SECRET],
    [clientAuthentication({ method: 'client_secret_basic', clientSecret: [SECRET] }), SECRET],
    [clientAuthentication({ method: 'client_secret_post', clientSecret: SECRET }), SECRET],
    [clientAuthentication({ method: 'private_key_jwt', privateKey: SECRET, algorithm: 'ES256' }), SECRET],
    [
      clientAuthentication({ method: 'private_key_jwt', privateKey: pem.slice(0, 90), algorithm: 'ES256' }),
      pem.slice(40, 80),
    ],
    [clientAuthentication({ method: 'private_key_jwt', privateKey: pem, algorithm: 'RS256' }), middleOf(pem)],
    [clientAuthentication({ method: 'tls_client_auth', certificate: pem, privateKey: pem }), middleOf(pem)],
  ] as const) {
    expectWithout(errorOf(make), secret)
  }
})

test('no token and no secret is in an event, a denial, an access or an error', async () => {
  const { callers, issuer, token } = await createRig({ introspection: { cacheSeconds: 0 } })
  const [good, revoked, other] = [token(), token(), token({ audience: 'https://other.example.com' })]
  await expectGranted(callers, good)
  issuer.revoke(revoked)
  const events = recordEvents()
  const seen: unknown[] = []
  try {
    for (const opaque of [good, revoked, other]) {
      for (const fault of [undefined, 'error', 'html', 'down'] as const) {
        issuer.setFault(fault, 'introspection')
        seen.push(await callers.core.check(bearer(opaque), SCOPE))
        seen.push(await callers.core.verify(opaque).catch((error: unknown) => error))
      }
    }
  } finally {
    events.stop()
  }
  expect(events.denied.length + events.granted.length).toBe(12)
  for (const value of [events, seen, callers.core]) {
    for (const secret of [good, revoked, other, 'correct horse battery staple']) expectWithout(value, secret)
  }
  for (const error of seen.filter(value => value instanceof Error)) expectWithout(error, good)
})
