/** What the suites call the sides, as readers know them. */
const NAMES: Readonly<Record<string, string>> = {
  ours: 'Scopeward',
  floor: 'bare crypto.verify',
  bare: 'no guard',
  auth0: 'express-oauth2-jwt-bearer',
  expressJwt: 'express-jwt, jwks-rsa',
  fastifyJwt: '@fastify/jwt, get-jwks',
  fastifyJwtCached: '@fastify/jwt, token cache on',
  fastifyJwtJwks: 'fastify-jwt-jwks',
  fastifyJwtJwksCached: 'fastify-jwt-jwks, token cache on',
}

export function nameOfSide(side: string): string {
  return NAMES[side] ?? side
}
