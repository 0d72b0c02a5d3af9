import type { ParsedRevocation, RevocationKind } from '@scopeward/core'

const KINDS: readonly RevocationKind[] = ['token', 'client', 'subject', 'all']

/** What a revocation is about: two with the same name are merged. Part of the name of a key. */
export function nameOf({ kind, issuer, value }: ParsedRevocation): string {
  return JSON.stringify(issuer === undefined ? [kind, value] : [kind, value, issuer])
}

/**
 * The name and the entry `<issuedBefore> <expiresAt>` as Redis keeps them.
 * @throws SyntaxError for anything else: to leave out what somebody wrote is to let a revoked token in
 */
export function revocationOf(name: string, entry: string): ParsedRevocation {
  const [kind, value, issuer] = JSON.parse(name) as [RevocationKind, string, string | undefined]
  const [issuedBefore = Number.NaN, expiresAt = Number.NaN] = entry.split(' ').map(Number)
  const isWhole =
    KINDS.includes(kind) &&
    typeof value === 'string' &&
    (issuer === undefined || typeof issuer === 'string') &&
    Number.isFinite(issuedBefore) &&
    Number.isFinite(expiresAt)
  if (!isWhole) throw new SyntaxError('an entry is not one of ours')
  return { issuer: issuer && onlyCopyOf(issuer), kind, value, issuedBefore, expiresAt }
}

let lastIssuer = ''

/** Revocations follow one another with the same issuer, whose name would be kept with every one of them. */
function onlyCopyOf(issuer: string): string {
  if (issuer !== lastIssuer) lastIssuer = issuer
  return lastIssuer
}
