import { readFileSync } from 'node:fs'

const PEERS = [
  'jose',
  'fast-jwt',
  'aws-jwt-verify',
  'jsonwebtoken',
  '@fastify/jwt',
  'get-jwks',
  'fastify-jwt-jwks',
  'express-oauth2-jwt-bearer',
  'express-jwt',
  'jwks-rsa',
  'express',
  'fastify',
  'lru-cache',
]

/** What Scopeward is compared with, as it is installed here: name and version. */
export function peerVersions(): readonly string[] {
  return PEERS.map(name => {
    const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url)
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }
    return `${name} ${version}`
  })
}
