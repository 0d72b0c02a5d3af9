import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { ConfigurationError } from '../errors/configuration-error.ts'
import type { IssuerRules } from '../options/issuer-rules.ts'
import { judgeKey } from './judge-key.ts'

/**
 * Keys in the configuration are held to what a published set is held to, but a bad one is the developer's mistake.
 * @throws ConfigurationError `option_invalid`
 */
export function requireUsableKeys({ issuer, proof, algorithms }: IssuerRules): void {
  const keySource =
    proof.kind === 'keySet' ? proof.keySource : proof.kind === 'introspection' ? proof.signedAnswers : undefined
  if (keySource?.kind !== 'inline') return
  for (const [index, published] of keySource.jwks.keys.entries()) {
    const read = judgeKey(published, issuer, algorithms)
    const refused = 'ignored' in read ? read.ignored : importFailure(read.jwk)
    if (refused === undefined) continue
    throw new ConfigurationError('option_invalid', `Option "jwks": keys[${index}] cannot be used: ${refused}.`)
  }
}

function importFailure(jwk: object): string | undefined {
  try {
    createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
    return undefined
  } catch {
    return 'its key material is invalid'
  }
}
