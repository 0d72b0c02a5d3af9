import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { sharedSecret } from '@scopeward/core'
import type { TestIssuer } from '@scopeward/testing'
import { CompactSign } from 'jose'
import { describe, expect, test } from 'vitest'
import { recordEvents } from '../support/events.ts'
import { CLIENT, introspectionOf, startIssuer } from './support/rig.ts'
import { CURRENT, claims, hmacToken, ISSUER, THIRD } from './support/secrets.ts'
import { SCOPE, startCallers } from './support/three-callers.ts'
import { expectGranted, unauthorized } from './support/verdicts.ts'

const HONEST = { clientId: 'billing', scope: SCOPE } as const
const ENGINES = ['node', 'jose'] as const

/** Every spelling of a public key that somebody could take for a secret. */
function spellings({ signingKey }: TestIssuer): readonly (readonly [string, Buffer])[] {
  const { publicJwk } = signingKey
  const key = createPublicKey({ key: publicJwk, format: 'jwk' })
  const texts: readonly (readonly [string, string | Buffer])[] = [
    ['PEM', key.export({ format: 'pem', type: 'spki' })],
    ['PEM without the last line break', String(key.export({ format: 'pem', type: 'spki' })).trim()],
    ['PEM with CRLF', String(key.export({ format: 'pem', type: 'spki' })).replaceAll('\n', '\r\n')],
    ['DER', key.export({ format: 'der', type: 'spki' })],
    ['DER in base64', key.export({ format: 'der', type: 'spki' }).toString('base64')],
    ['PKCS 1 PEM', key.export({ format: 'pem', type: 'pkcs1' })],
    ['JWK as published', JSON.stringify(publicJwk)],
    ['JWK without metadata', JSON.stringify(key.export({ format: 'jwk' }))],
    ['key set', JSON.stringify({ keys: [publicJwk] })],
    ['modulus', Buffer.from(String(publicJwk.n), 'base64url')],
    ['modulus as text', String(publicJwk.n)],
    ['kid', signingKey.kid],
    ['nothing', ''],
  ]
  return texts.map(([name, bytes]) => [name, Buffer.from(bytes as Buffer)])
}

describe.each(ENGINES)('algorithms are never confused under the engine %s (RFC 8725 section 2.1)', signatureEngine => {
  test('an RSA signature at an issuer with a shared secret is refused, also by the issuer with that key set', async () => {
    const issuer = await startIssuer({ algorithm: 'RS256' })
    const callers = await startCallers({
      allowHttpOnLoopback: true,
      signatureEngine,
      issuer: [issuer.issuer, sharedSecret({ issuer: ISSUER, secrets: [CURRENT] })],
    })
    await expectGranted(callers, hmacToken(CURRENT), { issuer: ISSUER })
    await expectGranted(callers, await issuer.token(HONEST), { issuer: issuer.issuer })
    const foreign = await issuer.token({ ...HONEST, claims: { iss: ISSUER } })
    expect(await callers.ask(foreign)).toEqual(unauthorized('algorithm_not_allowed'))
    expect(
      await callers.ask(await issuer.token({ ...HONEST, claims: { iss: ISSUER }, header: { kid: undefined } })),
    ).toEqual(unauthorized('algorithm_not_allowed'))
  })

  test('an RSA signature where no issuer has a key set', async () => {
    const callers = await startCallers({
      signatureEngine,
      issuer: sharedSecret({ issuer: ISSUER, secrets: [CURRENT] }),
    })
    await expectGranted(callers, hmacToken(CURRENT))
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const token = await new CompactSign(Buffer.from(JSON.stringify(claims())))
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt' })
      .sign(privateKey)
    expect(await callers.ask(token)).toEqual(unauthorized('algorithm_not_allowed'))
  })

  test('an HMAC with anything public as its secret is refused at an issuer with a key set, alone or in a list', async () => {
    const issuer = await startIssuer({ algorithm: 'RS256', clients: [CLIENT] })
    const shared = sharedSecret({ issuer: ISSUER, secrets: [CURRENT] })
    const lists = [issuer.issuer, [issuer.issuer, shared], [issuer.issuer, shared, introspectionOf(issuer)]] as const
    for (const list of lists) {
      const callers = await startCallers({ allowHttpOnLoopback: true, signatureEngine, issuer: list })
      await expectGranted(callers, await issuer.token(HONEST))
      for (const [name, secret] of spellings(issuer)) {
        for (const algorithm of ['HS256', 'HS512'] as const) {
          const header = { kid: issuer.signingKey.kid }
          const token = hmacToken(secret, { algorithm, header, claims: { iss: issuer.issuer } })
          expect(await callers.ask(token), `${name} ${algorithm}`).toEqual(unauthorized('algorithm_not_allowed'))
        }
      }
    }
    expect(issuer.requests.introspection).toBe(0)
  })

  test('the secret of one issuer is none of another', async () => {
    const other = 'https://other.example.com'
    const callers = await startCallers({
      signatureEngine,
      issuer: [
        sharedSecret({ issuer: ISSUER, secrets: [CURRENT] }),
        sharedSecret({ issuer: other, secrets: [THIRD], algorithm: 'HS512' }),
      ],
    })
    await expectGranted(callers, hmacToken(CURRENT), { issuer: ISSUER })
    await expectGranted(callers, hmacToken(THIRD, { algorithm: 'HS512', claims: { iss: other } }), { issuer: other })
    expect(await callers.ask(hmacToken(THIRD))).toEqual(unauthorized('signature_invalid'))
    expect(await callers.ask(hmacToken(CURRENT, { algorithm: 'HS512', claims: { iss: other } }))).toEqual(
      unauthorized('signature_invalid'),
    )
    expect(await callers.ask(hmacToken(THIRD, { claims: { iss: other } }))).toEqual(
      unauthorized('algorithm_not_allowed'),
    )
  })

  test('a secret that an issuer publishes among its keys is ignored, and operators read so (RFC 7517 section 4)', async () => {
    const issuer = await startIssuer({ algorithm: 'RS256' })
    const k = Buffer.from(THIRD).toString('base64url')
    const events = recordEvents()
    try {
      issuer.publish({
        keys: [{ kty: 'oct', kid: 'shared', alg: 'HS256', k }, ...issuer.keys.map(key => key.publicJwk)],
      })
      const callers = await startCallers({
        allowHttpOnLoopback: true,
        signatureEngine,
        issuer: [issuer.issuer, sharedSecret({ issuer: ISSUER, secrets: [CURRENT] })],
      })
      await expectGranted(callers, await issuer.token(HONEST))
      for (const secret of [THIRD, k]) {
        const token = hmacToken(secret, { header: { kid: 'shared' }, claims: { iss: issuer.issuer } })
        expect(await callers.ask(token)).toEqual(unauthorized('algorithm_not_allowed'))
        const atOther = hmacToken(secret, { header: { kid: 'shared' } })
        expect(await callers.ask(atOther)).toEqual(unauthorized('signature_invalid'))
      }
      const [refreshed] = events.keySet
      expect(refreshed).toMatchObject({
        keys: 1,
        ignored: [{ kid: 'shared', ignored: 'it is a shared secret, which must never be published' }],
      })
      expect(JSON.stringify(events.keySet)).not.toContain(k)
    } finally {
      events.stop()
    }
  })
})
