// The APIs of these tests by name: between them they can give every refusal that there is.
import { createRevocationList, introspection, sharedSecret } from '@scopeward/core'

const COMMON = {
  audience: 'https://api.example.com',
  scopes: { 'items:read': 'Read items' },
  allowHttpOnLoopback: true,
  publicOrigin: 'https://api.example.com',
}

export function optionsOf(settings) {
  const { issuer, keySets, secrets, endpoint, tlsEndpoint } = settings
  const asking = (at, clientAuthentication) =>
    introspection({ ...at, clientId: 'reports-api', clientAuthentication, cacheSeconds: 0 })
  return {
    full: {
      issuer,
      dpop: 'accepted',
      trustedProxy: { addresses: ['127.0.0.1'], clientCertificate: 'client-cert' },
      revocation: revocationsOf(settings.revoked),
    },
    nonces: { issuer, dpop: { mode: 'required', nonces: { secrets: [secrets.nonces] } } },
    'bearer-only': { issuer },
    profiled: { issuer, profile: { name: 'without nonce', basedOn: 'rfc9068', refusedClaims: ['nonce'] } },
    ambiguous: { issuer, jwks: keySets.ambiguous },
    'keys-down': { issuer: settings.unreachable, jwksUri: `${settings.unreachable}/jwks` },
    queue: { issuer, signatureQueueMaxEntries: 1 },
    'replay-down': { issuer, dpop: { mode: 'accepted', replayStore: { remember: fail } } },
    'revocation-down': { issuer, revocation: { verdictOn: () => 'unknown' } },
    resolver: { issuer: name => findIssuer(name, issuer, secrets) },
    secret: { issuer: [sharedSecret({ issuer: settings.legacy, secrets: [secrets.shared] })] },
    'opaque-basic': {
      issuer: asking(endpoint, { method: 'client_secret_basic', clientSecret: secrets.client }),
    },
    'opaque-jwt': {
      issuer: asking(endpoint, { method: 'private_key_jwt', privateKey: secrets.clientKey, algorithm: 'ES256' }),
    },
    'opaque-tls': { issuer: asking(tlsEndpoint, { method: 'tls_client_auth', ...secrets.tls }) },
  }
}

export function withCommon(options, signatureEngine) {
  return { ...COMMON, ...options, signatureEngine }
}

function revocationsOf(tokenId) {
  const list = createRevocationList()
  list.revoke({ tokenId })
  return list
}

function fail() {
  throw new Error('the store is down')
}

/** Fails as a data base does, with more in the message than anybody should see. */
function findIssuer(name, issuer, secrets) {
  if (name.includes('unavailable')) throw new Error(`cannot find ${name} at postgres://api:${secrets.dataBase}@db`)
  return name === issuer ? { issuer } : undefined
}
