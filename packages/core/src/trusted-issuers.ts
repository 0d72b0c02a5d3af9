import { InactiveTokens } from './introspection/inactive-tokens.ts'
import { Introspector } from './introspection/introspector.ts'
import { type IssuerDirectory, IssuerList } from './issuer/issuer-directory.ts'
import { KeySet } from './issuer/key-set.ts'
import { requireUsableKeys } from './issuer/require-usable-keys.ts'
import { ResolvedIssuers } from './issuer/resolved-issuers.ts'
import { SecretKeys } from './issuer/secret-keys.ts'
import type { IssuerKeys, KeySetState, SignatureEngine } from './issuer/verification-key.ts'
import type { IssuerRules, ParsedOptions } from './options/issuer-rules.ts'
import { parseIssuer } from './options/parse-issuer.ts'

/** One issuer: its rules, and what its tokens are proven genuine with. */
export type TrustedIssuer = { readonly rules: IssuerRules } & (
  | { readonly kind: 'signing'; readonly keys: IssuerKeys }
  | { readonly kind: 'introspecting'; readonly introspector: Introspector }
)

/** Fetches what its tokens are checked with. Never rejects. */
export function warmIssuer(issuer: TrustedIssuer): Promise<KeySetState> {
  return issuer.kind === 'signing' ? issuer.keys.warm() : issuer.introspector.warm()
}

/** All issuers that a resource server trusts. @throws ConfigurationError for keys that cannot be used */
export function createDirectory(options: ParsedOptions, engine: SignatureEngine): IssuerDirectory<TrustedIssuer> {
  const inactive = new InactiveTokens()
  const trust = (rules: IssuerRules): TrustedIssuer => trustIssuer(rules, engine, inactive)
  const { trusted } = options
  if (trusted.kind === 'list') return new IssuerList(trusted.issuers.map(trust))
  return new ResolvedIssuers(options, trusted.resolve, definition => trust(parseIssuer(definition, options)))
}

function trustIssuer(rules: IssuerRules, engine: SignatureEngine, inactive: InactiveTokens): TrustedIssuer {
  requireUsableKeys(rules)
  const { proof } = rules
  switch (proof.kind) {
    case 'keySet':
      return { kind: 'signing', rules, keys: new KeySet(rules, proof.keySource, engine) }
    case 'sharedSecret':
      return { kind: 'signing', rules, keys: new SecretKeys(proof.secrets, rules.algorithms, engine) }
    case 'introspection': {
      const keys = proof.signedAnswers && new KeySet(rules, proof.signedAnswers, engine)
      return { kind: 'introspecting', rules, introspector: new Introspector(rules, proof, keys, inactive) }
    }
  }
}
