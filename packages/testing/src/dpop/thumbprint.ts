import { createHash } from 'node:crypto'

/** The members that identify a key, in the order in which they are hashed (RFC 7638 section 3.2, RFC 8037 section 2). */
const MEMBERS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['EC', ['crv', 'kty', 'x', 'y']],
  ['RSA', ['e', 'kty', 'n']],
  ['OKP', ['crv', 'kty', 'x']],
  ['oct', ['k', 'kty']],
])

/**
 * The SHA-256 thumbprint of a JWK in base64url, as `cnf.jkt` has it (RFC 7638, RFC 9449 section 6.1). At once, which
 * that of jose is not: an opaque token is minted without waiting.
 * @throws TypeError for an unknown `kty`
 */
export function jwkThumbprint(jwk: Readonly<Record<string, unknown>>): string {
  const members = MEMBERS.get(jwk.kty)
  if (members === undefined) throw new TypeError('thumbprint: the JWK must have kty EC, RSA, OKP or oct')
  const json = JSON.stringify(Object.fromEntries(members.map(name => [name, jwk[name]])))
  return createHash('sha256').update(json).digest('base64url')
}
