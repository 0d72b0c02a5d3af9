import type { ProfileName } from '@scopeward/core'
import { literal } from '../shared/literal.ts'

export interface Configuration {
  readonly issuer: string
  /** `undefined`: nobody said. */
  readonly audience: string | undefined
  readonly profile: ProfileName | undefined
  readonly algorithms: readonly string[] | undefined
  readonly scopes: readonly string[]
  readonly allowHttpOnLoopback: boolean
}

const MAX_SCOPES = 12

/** What to paste into the API. */
export function configurationText({
  issuer,
  audience,
  profile,
  algorithms,
  scopes,
  allowHttpOnLoopback,
}: Configuration): string {
  const listed = scopes.slice(0, MAX_SCOPES).map(scope => `    ${literal(scope)}: 'Say what it allows',`)
  return [
    'createGuard({',
    `  issuer: ${literal(issuer)},`,
    audience === undefined
      ? "  audience: 'https://api.example.com', // what your tokens carry in aud"
      : `  audience: ${literal(audience)},`,
    ...(profile === undefined || profile === 'rfc9068' ? [] : [`  profile: ${literal(profile)},`]),
    ...(algorithms === undefined ? [] : [`  algorithms: [${algorithms.map(literal).join(', ')}],`]),
    ...(listed.length === 0
      ? ['  scopes: {}, // every scope that a route requires, with a description']
      : ['  scopes: {', ...listed, '  },']),
    ...(allowHttpOnLoopback ? ['  allowHttpOnLoopback: true, // for development only'] : []),
    '})',
  ].join('\n')
}
