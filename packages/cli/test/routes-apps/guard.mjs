import { createGuard } from '@scopeward/express'

/** Nothing is fetched: the key set is given. */
export const guard = createGuard({
  issuer: 'https://login.example.com',
  jwks: { keys: [{ kty: 'OKP', crv: 'Ed25519', alg: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }] },
  audience: 'https://api.example.com',
  scopes: {
    'orders:read': 'Read orders',
    'orders:write': { description: 'Change orders', implies: ['orders:read'] },
    'orders:archive': 'Archive orders',
  },
})
