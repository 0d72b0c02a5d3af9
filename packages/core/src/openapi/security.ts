import type { RouteDescription } from './route-description.ts'

/** What documents say of how tokens are presented. */
export interface SecuritySchemeOptions {
  /** Scope name to description. */
  readonly scopes: Readonly<Record<string, string>>
  /** Whether proofs are taken, as in the option of the resource server. Default: they are not. */
  readonly dpop?: 'accepted' | 'required' | undefined
  /** Where clients get tokens. Without it the scheme says only how they are presented: none is made up. */
  readonly tokenUrl?: string | undefined
}

/** A security scheme object of OpenAPI 3. */
export type SecurityScheme =
  | {
      readonly type: 'oauth2'
      readonly description: string
      readonly flows: {
        readonly clientCredentials: { readonly tokenUrl: string; readonly scopes: Readonly<Record<string, string>> }
      }
    }
  | { readonly type: 'http'; readonly scheme: 'bearer' | 'dpop'; readonly description: string }

/** A type and not an interface: what is written to be assigned to maps of schemes has to be one. */
export type SecuritySchemes = {
  /** The access token. */
  oauth2: SecurityScheme
  /** Its proof of possession; where proofs are checked at all. */
  dpop?: SecurityScheme
}

/** Scheme name to scopes: all of one object have to hold. */
export type SecurityRequirement = Readonly<Record<string, readonly string[]>>

/** `components.securitySchemes`, under the names that `securityOf` uses. */
export function securitySchemes({ scopes, dpop, tokenUrl }: SecuritySchemeOptions): SecuritySchemes {
  const oauth2 = tokenUrl === undefined ? tokenAlone(scopes, dpop) : tokenFrom(tokenUrl, scopes)
  if (dpop === undefined) return { oauth2 }
  const description = `A token bound to a key, with a proof in the header DPoP (RFC 9449)${dpop === 'required' ? '' : '; other routes take bearer tokens too'}.`
  return { oauth2, dpop: { type: 'http', scheme: 'dpop', description } }
}

function tokenFrom(tokenUrl: string, scopes: Readonly<Record<string, string>>): SecurityScheme {
  const description = 'An access token that the client gets for itself (RFC 6749 section 4.4).'
  return { type: 'oauth2', description, flows: { clientCredentials: { tokenUrl, scopes: { ...scopes } } } }
}

/** OpenAPI has no place for scopes in this type but the text. */
function tokenAlone(scopes: Readonly<Record<string, string>>, dpop: SecuritySchemeOptions['dpop']): SecurityScheme {
  const list = Object.entries(scopes).map(([name, meaning]) => `\n- \`${name}\`: ${meaning}`)
  const description = `An OAuth 2.0 access token.${list.length === 0 ? '' : ` Scopes:\n${list.join('')}`}`
  return { type: 'http', scheme: dpop === 'required' ? 'dpop' : 'bearer', description }
}

/**
 * `security` of an operation: one object for each way through, an empty one where no credentials will do too; none at all
 * for a public route. `undefined` for a route that nobody has decided about.
 */
export function securityOf(
  { kind, alternatives, dpop }: RouteDescription,
  mode?: 'accepted' | 'required',
): readonly SecurityRequirement[] | undefined {
  if (kind === 'uncovered') return undefined
  if (kind === 'public') return []
  const proof = mode !== undefined && (dpop || mode === 'required') ? { dpop: [] } : {}
  const ways = alternatives.map(scopes => ({ oauth2: [...scopes], ...proof }))
  return kind === 'optional' ? [...ways, {}] : ways
}
