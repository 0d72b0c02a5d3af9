import { type KeyObject, randomUUID } from 'node:crypto'

/** Long enough for clocks that differ and a slow network; the server remembers `jti` for as long. */
const LIFETIME_SECONDS = 60

export interface AssertionKey {
  readonly privateKey: KeyObject
  readonly algorithm: string
  readonly keyId: string | undefined
}

/**
 * A JWT with which this API proves who it is: the only thing that is ever signed here. Its audience is the issuer's
 * identifier and not the endpoint, so that one server cannot use it at another.
 * @see RFC 7523 sections 2.2 and 3
 */
export async function clientAssertion(
  clientId: string,
  issuer: string,
  { privateKey, algorithm, keyId }: AssertionKey,
  now: number,
): Promise<string> {
  // Not at the start: most never need it.
  const { SignJWT } = await import('jose')
  const issuedAt = Math.floor(now / 1000)
  return new SignJWT()
    .setProtectedHeader({ alg: algorithm, ...(keyId !== undefined && { kid: keyId }) })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(issuer)
    .setJti(randomUUID())
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFETIME_SECONDS)
    .sign(privateKey)
}
