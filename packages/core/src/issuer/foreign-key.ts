import { parseUrl } from '../shared/uri.ts'

/** Canonical length of a GUID in text. */
const GUID_LENGTH = 36

/**
 * Whether a key set says that a key signs for another tenant than this issuer: Entra publishes the keys of all its tenants
 * in one set, and names in `issuer` the tenant of those that serve one alone. A template, `{tenantid}`, means every tenant.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/access-tokens#validate-the-issuer
 */
export function isKeyOfAnotherTenant({ issuer: named }: Readonly<Record<string, unknown>>, issuer: string): boolean {
  const tenant = typeof named === 'string' ? tenantOf(named) : undefined
  return tenant !== undefined && tenant !== tenantOf(issuer)
}

/** The GUID with which the path of the URL begins. */
function tenantOf(url: string): string | undefined {
  const [, first = ''] = parseUrl(url)?.pathname.split('/') ?? []
  return first.length === GUID_LENGTH && first.split('-').length === 5 ? first.toLowerCase() : undefined
}
