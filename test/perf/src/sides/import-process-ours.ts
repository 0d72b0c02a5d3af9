const begun = process.hrtime.bigint()
const { createGuard } = await import('@scopeward/express')
createGuard({
  issuer: 'https://login.example.com/partners',
  jwksUri: 'https://login.example.com/partners/jwks',
  audience: 'https://api.example.com',
  scopes: { 'imports:read': 'Read imports' },
})('imports:read')
process.stdout.write(String(process.hrtime.bigint() - begun))
