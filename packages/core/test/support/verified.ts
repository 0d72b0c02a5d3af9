import { KeySet } from '../../src/issuer/key-set.ts'
import type { SignatureEngine } from '../../src/issuer/verification-key.ts'
import type { IssuerRules } from '../../src/options/issuer-rules.ts'
import { parseOptions } from '../../src/options/parse-options.ts'
import type { ResourceServerOptions } from '../../src/options/resource-server-options.ts'
import { parseJsonObject } from '../../src/shared/json.ts'
import type { VerifiedToken } from '../../src/signature/verify-signature.ts'
import { AUDIENCE, claims, ISSUER, type Members, SCOPES, type Scope } from './tokens.ts'

/** The rules of the one issuer that these options trust; fails where they trust none or several. */
export function rulesOf<Name extends string>(options: ResourceServerOptions<Name>): IssuerRules {
  const { trusted } = parseOptions(options)
  const [rules, ...others] = trusted.kind === 'list' ? trusted.issuers : []
  if (rules === undefined || others.length > 0) throw new Error('the options do not trust exactly one issuer')
  return rules
}

/** The key set of an issuer whose tokens are proven by one. */
export function keySetOf(rules: IssuerRules, engine: SignatureEngine): KeySet {
  if (rules.proof.kind !== 'keySet') throw new Error('the issuer has no key set')
  return new KeySet(rules, rules.proof.keySource, engine)
}

/** Rules for stages that come after the signature: no keys are needed any more. */
export function stageOptions(changes: Partial<ResourceServerOptions<Scope>> = {}): IssuerRules {
  return rulesOf({ issuer: ISSUER, audience: AUDIENCE, scopes: SCOPES, ...changes })
}

/** What the signature stage hands on for these claims; `undefined` takes a claim away. */
export function verifiedToken(changes: Members = {}, type: string | undefined = 'at+jwt'): VerifiedToken {
  const parsed = parseJsonObject(Buffer.from(JSON.stringify(claims(changes))))
  if (parsed === undefined) throw new Error('the claims are no strict JSON object')
  return { kind: 'signed', claims: parsed, type } as unknown as VerifiedToken
}
