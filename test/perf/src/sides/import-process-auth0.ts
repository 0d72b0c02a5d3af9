import { createRequire } from 'node:module'

// It is CommonJS: with `import` it would take a fifth longer, to find out what it exports.
const require = createRequire(import.meta.url)
const begun = process.hrtime.bigint()
const { auth, requiredScopes } = require('express-oauth2-jwt-bearer') as typeof import('express-oauth2-jwt-bearer')
auth({
  issuer: 'https://login.example.com/partners',
  jwksUri: 'https://login.example.com/partners/jwks',
  audience: 'https://api.example.com',
})
requiredScopes('imports:read')
process.stdout.write(String(process.hrtime.bigint() - begun))
