import { type Forgery, withClaims, withHeader, withRawHeader } from '../forgeries/forgery.ts'
import { requireNameIn } from '../options.ts'
import type { ProofDraft } from './proof.ts'
import { joinTarget, splitTarget, type Target } from './target.ts'

/** A name in `honestProofs`. */
export type HonestProofName =
  | 'htu-query'
  | 'htu-fragment'
  | 'htu-query-and-fragment'
  | 'htu-upper-case'
  | 'htu-default-port'
  | 'htu-empty-port'
  | 'htu-percent-encoded'
  | 'htu-lower-case-hex'
  | 'htu-dot-segments'
  | 'extra-claims'
  | 'extra-header'
  | 'extra-jwk-members'
  | 'nbf-and-exp'
  | 'iat-fraction'
  | 'iat-8s-old'
  | 'iat-8s-ahead'
  | 'json-whitespace'

/** A proof in an unusual spelling that every server must accept all the same. */
export interface HonestProof {
  readonly description: string
  /** The spelling exists only for some URLs; `honest` throws for others. Absent: for all. */
  readonly existsFor?: (target: Target) => boolean
  readonly build: Forgery['build']
}

/** Of the last segment, a character that means the same when it is percent-encoded (RFC 3986 section 2.3). */
const UNRESERVED = /(?<!%)(?<!%[0-9a-f])[a-z0-9._~-](?=[^/]*$)/i
const HEX_LETTER = /%(?:[a-f][0-9a-f]|[0-9][a-f])/gi
const withoutPort = ({ port }: Target): boolean => port === undefined

/** Every honest variant by name: what a server that refuses too much trips over (RFC 9449 section 4.3, RFC 3986 section 6.2). */
export const honestProofs: Readonly<Record<HonestProofName, HonestProof>> = Object.freeze({
  'htu-query': spelled('htu with a query, which does not count', htu => `${htu}?limit=5&after=a/b`),
  'htu-fragment': spelled('htu with a fragment, which does not count', htu => `${htu}#top`),
  'htu-query-and-fragment': spelled('htu with query and fragment', htu => `${htu}?limit=5#top?`),
  'htu-upper-case': retargeted('scheme and host in upper case', ({ scheme, host }) => ({
    scheme: scheme.toUpperCase(),
    host: host.toUpperCase(),
  })),
  'htu-default-port': retargeted(
    'the default port written out',
    ({ scheme }) => ({ port: scheme.toLowerCase() === 'https' ? '443' : '80' }),
    withoutPort,
  ),
  'htu-empty-port': retargeted('a colon behind the host, and no port', () => ({ port: '' }), withoutPort),
  'htu-percent-encoded': retargeted(
    'a character that need not be is percent-encoded',
    ({ path }) => ({ path: path.replace(UNRESERVED, percentEncoded) }),
    ({ path }) => UNRESERVED.test(path),
  ),
  'htu-lower-case-hex': retargeted(
    'percent-encoding with lower-case digits, where the URL has upper-case ones, or the other way round',
    ({ path }) => ({ path: path.replaceAll(HEX_LETTER, otherCase) }),
    ({ path }) => path.search(HEX_LETTER) >= 0,
  ),
  'htu-dot-segments': retargeted('dot segments in the path that cancel out', ({ path }) => ({
    path: `/./elsewhere/..${path || '/'}`,
  })),
  'extra-claims': {
    description: 'claims that a proof need not have',
    build: withClaims({ iss: 'client', aud: 'https://unrelated.example', sub: 'client', custom: { any: ['thing'] } }),
  },
  'extra-header': {
    description: 'header parameters that a proof need not have',
    build: withHeader({ kid: 'dpop', custom: { any: ['thing'] } }),
  },
  'extra-jwk-members': {
    description: 'a jwk with kid, alg and use',
    build: withHeader(({ header, key }) => ({
      jwk: { ...Object(header.jwk), kid: 'dpop', alg: key.algorithm, use: 'sig' },
    })),
  },
  'nbf-and-exp': {
    description: 'nbf now and exp in five minutes',
    build: withClaims(({ nowSeconds }) => ({ nbf: nowSeconds, exp: nowSeconds + 300 })),
  },
  'iat-fraction': {
    description: 'iat with a fraction of a second (RFC 7519 section 2)',
    build: withClaims(({ nowSeconds }) => ({ iat: nowSeconds - 0.5 })),
  },
  'iat-8s-old': {
    description: 'made 8 seconds ago',
    build: withClaims(({ nowSeconds }) => ({ iat: nowSeconds - 8 })),
  },
  'iat-8s-ahead': {
    description: 'made in 8 seconds, by a clock that runs ahead',
    build: withClaims(({ nowSeconds }) => ({ iat: nowSeconds + 8 })),
  },
  'json-whitespace': {
    description: 'a header with line breaks and indentation',
    build: withRawHeader(({ header }) => JSON.stringify(header, null, 2)),
  },
})

/**
 * The honest variants that exist for this URL, for a loop over all of them:
 * `for (const name of honestProofNames(url)) await key.honest(name, { method, url, accessToken })`.
 * All exist for `https://api.example.com/v1/a%2Fb`; without a percent-encoded character and with a port there are fewer.
 */
export function honestProofNames(url: string | URL): readonly HonestProofName[] {
  const target = splitTarget(String(url).replace(/[?#].*$/s, ''))
  return (Object.keys(honestProofs) as HonestProofName[]).filter(
    name => honestProofs[name].existsFor?.(target) !== false,
  )
}

/** @throws TypeError for an unknown name, and where the URL cannot be spelled so */
export function honestProof(name: HonestProofName, draft: ProofDraft): Promise<string> {
  const { existsFor, build } = honestProofs[requireNameIn(honestProofs, name, 'honest')]
  if (existsFor === undefined || existsFor(splitTarget(draft.claims.htu))) return build(draft)
  throw new TypeError(`honest: this url cannot be spelled as in "${name}"; honestProofNames(url) tells which can`)
}

function spelled(description: string, change: (htu: string) => string): HonestProof {
  return { description, build: withClaims(({ claims }) => ({ htu: change(String(claims.htu)) })) }
}

function retargeted(
  description: string,
  change: (target: Target) => Partial<Target>,
  existsFor?: HonestProof['existsFor'],
): HonestProof {
  const variant = spelled(description, htu => {
    const target = splitTarget(htu)
    return joinTarget({ ...target, ...change(target) })
  })
  return existsFor === undefined ? variant : { ...variant, existsFor }
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}

function otherCase(text: string): string {
  return text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase()
}
