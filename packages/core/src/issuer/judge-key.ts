import type { Algorithm } from '../shared/algorithms.ts'
import { isKeyOfAnotherTenant } from './foreign-key.ts'
import { type IgnoredKey, type PublishedKey, readPublicJwk } from './public-jwk.ts'

/** What becomes of one member of a key set of this issuer: whose key it is first, then whether it is fit for use. */
export function judgeKey(
  published: Readonly<Record<string, unknown>>,
  issuer: string,
  algorithms: ReadonlyMap<string, Algorithm>,
): PublishedKey | IgnoredKey {
  if (!isKeyOfAnotherTenant(published, issuer)) return readPublicJwk(published, algorithms)
  return { kid: typeof published.kid === 'string' ? published.kid : undefined, ignored: 'it is for another tenant' }
}
