import { isHttpOnLoopback } from '../shared/issuer-url.ts'
import type { FoundMetadata, Metadata, MetadataPlace } from '../shared/metadata.ts'
import { plainText, printable } from '../shared/printable.ts'
import { type Finding, ok, problem, warning } from './finding.ts'

/** What the issuer says of itself. */
export function metadataFindings({ places, metadata }: FoundMetadata): readonly Finding[] {
  if (metadata === undefined) return places.map(unusable)
  return [
    ...places.map(place =>
      place.problem === undefined
        ? ok('metadata', `${pathOf(place)}: found, and it names the issuer to the letter`)
        : other(place),
    ),
    jwksUriFinding(metadata),
    ...offers(metadata),
  ]
}

function unusable(place: MetadataPlace): Finding {
  return problem('metadata', `${pathOf(place)}: ${plainText(place.problem ?? '', 400)}`, adviceFor(place))
}

function adviceFor({ fetched, problem: text = '' }: MetadataPlace): string {
  if (fetched.answer === undefined) return 'Look at the host, the port and the network between here and there.'
  if (text.includes('to the letter'))
    return 'Use as issuer what the metadata names, if the iss of the tokens is the same: mind the slash at the end.'
  return 'Check the identifier. Where the issuer publishes no metadata, name its key set: jwksUri.'
}

/** One of the two places is enough; that the other has nothing is no fault. */
function other(place: MetadataPlace): Finding {
  const text = `${pathOf(place)}: ${plainText(place.problem ?? '', 400)}`
  if (place.fetched.answer?.status === 404) return ok('metadata', `${text}; the other place is enough`)
  return warning('metadata', text, 'The other place is used. Where both exist they should say the same.')
}

function jwksUriFinding({ issuer, jwks_uri: jwksUri }: Metadata): Finding {
  if (typeof jwksUri !== 'string' || !URL.canParse(jwksUri)) {
    return problem(
      'metadata',
      `jwks_uri is ${printable(jwksUri)}`,
      'The metadata must name the key set (RFC 8414 section 2). Set jwksUri by hand.',
    )
  }
  const { protocol, host } = new URL(jwksUri)
  if (protocol !== 'https:' && !isHttpOnLoopback(jwksUri)) {
    return problem(
      'metadata',
      `jwks_uri is not https: ${plainText(jwksUri)}`,
      'Keys that come without TLS can be replaced on the way. The issuer has to publish them over https.',
    )
  }
  const elsewhere = host === new URL(String(issuer)).host ? '' : ', on another host than the issuer'
  return ok('metadata', `jwks_uri is ${plainText(jwksUri)}${elsewhere}`)
}

function offers(metadata: Metadata): readonly Finding[] {
  const has = (name: string): boolean => metadata[name] !== undefined
  const list = [
    has('token_endpoint') && 'a token endpoint',
    has('introspection_endpoint') && 'introspection of opaque tokens (RFC 7662)',
    has('dpop_signing_alg_values_supported') && 'tokens bound by DPoP (RFC 9449)',
    metadata.tls_client_certificate_bound_access_tokens === true && 'tokens bound to client certificates (RFC 8705)',
  ].filter(Boolean)
  return list.length === 0 ? [] : [ok('metadata', `it offers ${list.join(', ')}`)]
}

function pathOf({ url }: MetadataPlace): string {
  return plainText(new URL(url).pathname)
}
