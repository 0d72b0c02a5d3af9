import { certificateThumbprint } from './certificates/certificate.ts'
import { jwkThumbprint } from './dpop/thumbprint.ts'

/** What a token is bound to: a `DpopKey` or a `ForgedKey`, or a certificate as PEM, with or without its private key. */
export type BoundTo = { readonly jwk: Readonly<Record<string, unknown>> } | { readonly certificate: string }

/**
 * The claim `cnf` (RFC 7800 section 3.1); `undefined` for a token that is bound to nothing.
 * @throws TypeError for what is neither a key nor a certificate
 */
export function confirmation(
  boundTo: BoundTo | readonly BoundTo[] | undefined,
): Readonly<Record<string, string>> | undefined {
  if (boundTo === undefined) return undefined
  const all = isList(boundTo) ? boundTo : [boundTo]
  return Object.fromEntries(all.map(member))
}

function member(one: BoundTo): readonly [string, string] {
  if ('jwk' in one) return ['jkt', jwkThumbprint(one.jwk)]
  if ('certificate' in one) return ['x5t#S256', certificateThumbprint(one.certificate)]
  throw new TypeError(
    'boundTo must be a key of createDpopKey, a certificate of createClientCertificate, or a list of them',
  )
}

/** `Array.isArray` does not know of read-only lists. */
function isList(boundTo: BoundTo | readonly BoundTo[]): boundTo is readonly BoundTo[] {
  return Array.isArray(boundTo)
}
