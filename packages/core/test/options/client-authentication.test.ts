import { createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createAuthority } from '@scopeward/testing'
import { describe, expect, test } from 'vitest'
import { ClientCredentials, parseClientCredentials } from '../../src/options/client-authentication.ts'
import { misuseOf } from '../support/refusals.ts'

const parse = (authentication: object) => ClientCredentials.read(parseClientCredentials('api', authentication))
const misuse = (authentication: object) => misuseOf(() => parse(authentication))
const invalid = (text: string) => ({
  code: 'option_invalid',
  message: `introspection(), clientAuthentication: ${text}.`,
})
const pem = (key: KeyObject): string => String(key.export({ format: 'pem', type: 'pkcs8' }))

const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ED = generateKeyPairSync('ed25519')

describe('method', () => {
  test.each([
    [undefined],
    [null],
    ['client_secret_post'],
    ['client_secret_jwt'],
    ['self_signed_tls_client_auth'],
    ['none'],
    ['__proto__'],
  ])('%j, and without showing what was given', method => {
    expect(misuse({ method, clientSecret: 's' })).toEqual(
      invalid(`"method" must be one of client_secret_basic, private_key_jwt, tls_client_auth`),
    )
  })

  test.each([
    [{ method: 'client_secret_basic', secret: 's' }, 'secret', 'Known: method, clientSecret.'],
    [{ method: 'client_secret_basic', clientSecret: 's', keyId: 'k' }, 'keyId', 'Known: method, clientSecret.'],
    [{ method: 'private_key_jwt', privatekey: 'p' }, 'privatekey', 'Did you mean "privateKey"?'],
    [{ method: 'private_key_jwt', kid: 'k' }, 'kid', 'Did you mean "keyId"?'],
    [{ method: 'tls_client_auth', ca: 'c' }, 'ca', 'Known: method, certificate, privateKey, certificateAuthority.'],
  ])('an unknown option: %j', (authentication, name, hint) => {
    expect(misuse(authentication)).toEqual({
      code: 'option_unknown',
      message: `clientAuthentication has no option "${name}". ${hint}`,
    })
  })
})

describe('client_secret_basic', () => {
  test.each([undefined, null, '', 7, ['s'], Buffer.from('s')])('clientSecret %j', clientSecret => {
    expect(misuse({ method: 'client_secret_basic', clientSecret })).toEqual(
      invalid('"clientSecret" must be a non-empty string'),
    )
  })
})

describe('private_key_jwt', () => {
  const method = 'private_key_jwt'

  test.each<[string, unknown, string]>([
    ['PEM', pem(EC.privateKey), 'ES256'],
    ['SEC 1 PEM', String(EC.privateKey.export({ format: 'pem', type: 'sec1' })), 'ES256'],
    ['PKCS 1 PEM', String(RSA.privateKey.export({ format: 'pem', type: 'pkcs1' })), 'PS384'],
    ['JWK', RSA.privateKey.export({ format: 'jwk' }), 'RS256'],
    ['KeyObject', ED.privateKey, 'Ed25519'],
    ['KeyObject', ED.privateKey, 'EdDSA'],
  ])('takes a key as %s', (_name, privateKey, algorithm) => {
    expect(parse({ method, privateKey, algorithm })).toMatchObject({ method, algorithm: { name: algorithm } })
  })

  test.each(['HS256', 'none', 'es256', undefined, 'ES256K'])('algorithm %j', algorithm => {
    expect(misuse({ method, privateKey: EC.privateKey, algorithm })).toEqual(
      invalid(
        '"algorithm" must be one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, Ed25519, EdDSA',
      ),
    )
  })

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['empty', ''],
    ['nonsense', 'nonsense'],
    ['a public key', EC.publicKey],
    ['a public PEM', String(EC.publicKey.export({ format: 'pem', type: 'spki' }))],
    ['a public JWK', EC.publicKey.export({ format: 'jwk' })],
    ['a secret', createSecretKey(Buffer.alloc(32, 1))],
    ['a JWK of a secret', { kty: 'oct', k: 'c2VjcmV0' }],
    ['a PEM that needs a passphrase', encrypted()],
    ['an empty object', {}],
    [
      'DSA, by which no JWT is signed',
      generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }).privateKey,
    ],
  ])('a private key that is %s', (_name, privateKey) => {
    expect(misuse({ method, privateKey, algorithm: 'ES256' })).toEqual(
      invalid('"privateKey" must be a private key: PEM, JWK or KeyObject'),
    )
  })

  test.each<[KeyObject, string]>([
    [EC.privateKey, 'RS256'],
    [EC.privateKey, 'ES384'],
    [RSA.privateKey, 'ES256'],
    [ED.privateKey, 'ES256'],
    [generateKeyPairSync('x25519').privateKey, 'Ed25519'],
    [generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey, 'ES256'],
  ])('a key that does not fit its algorithm', (privateKey, algorithm) => {
    expect(misuse({ method, privateKey, algorithm })).toEqual(
      invalid(`"privateKey" does not fit "algorithm" ${algorithm}`),
    )
  })

  test('an RSA key that is bound to PSS, which no JWK describes', () => {
    const bound = generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey
    expect(parse({ method, privateKey: RSA.privateKey, algorithm: 'PS256' })).toMatchObject({ method })
    expect(misuse({ method, privateKey: bound, algorithm: 'PS256' })).toEqual(
      invalid('"privateKey" must be a private key: PEM, JWK or KeyObject'),
    )
  })

  test.each([1024, 2040])('an RSA key of %i bits, with which nobody signs (RFC 7518 section 3.3)', modulusLength => {
    const short = generateKeyPairSync('rsa', { modulusLength }).privateKey
    for (const algorithm of ['RS256', 'PS256']) {
      expect(parse({ method, privateKey: RSA.privateKey, algorithm })).toMatchObject({ method })
      for (const privateKey of [short, pem(short), short.export({ format: 'jwk' })]) {
        expect(misuse({ method, privateKey, algorithm })).toEqual(
          invalid('"privateKey" must have at least 2048 bits (RFC 7518 section 3.3)'),
        )
      }
    }
  })

  test.each(['', 7, null])('keyId %j', keyId => {
    expect(misuse({ method, privateKey: EC.privateKey, algorithm: 'ES256', keyId })).toEqual(
      invalid('"keyId" must be a non-empty string'),
    )
  })

  function encrypted(): string {
    const options = { format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' } as const
    return String(EC.privateKey.export(options))
  }
})

describe('tls_client_auth', () => {
  const method = 'tls_client_auth'
  const authority = createAuthority('test authority')
  const { certificate, privateKey } = authority.issue('api')
  const other = authority.issue('other')

  test('takes a certificate, its key, and the authorities of the server', () => {
    expect(parse({ method, certificate, privateKey })).toMatchObject({ method })
    const withAuthority = { method, certificate, privateKey, certificateAuthority: authority.certificate }
    expect(parse(withAuthority)).toMatchObject({ method })
  })

  test.each(['certificate', 'privateKey'])('%s missing', name => {
    expect(misuse({ method, certificate, privateKey, [name]: undefined })).toEqual(
      invalid(`"${name}" must be a non-empty string`),
    )
  })

  test.each([null, '', 7, [authority.certificate]])('certificateAuthority %j', certificateAuthority => {
    expect(misuse({ method, certificate, privateKey, certificateAuthority })).toEqual(
      invalid('"certificateAuthority" must be a non-empty string'),
    )
  })

  test.each([
    ['that do not belong together', { certificate, privateKey: other.privateKey }],
    ['the other way round', { certificate: privateKey, privateKey: certificate }],
    ['no PEM', { certificate: 'x', privateKey: 'y' }],
  ])('certificate and key %s', (_name, pair) => {
    expect(misuse({ method, ...pair })).toEqual(
      invalid('"certificate" and "privateKey" must be PEM and belong together'),
    )
  })
})
