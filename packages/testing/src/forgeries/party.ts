import type { TokenDraft } from '../mint.ts'
import { type Forgery, withClaims } from './forgery.ts'

export type PartyForgeryName =
  | 'issuer-other'
  | 'issuer-trailing-slash'
  | 'issuer-array'
  | 'issuer-case'
  | 'issuer-missing'
  | 'audience-other'
  | 'audience-missing'
  | 'audience-prefix'
  | 'audience-suffix-slash'
  | 'audience-case'
  | 'audience-empty-array'
  | 'audience-mixed-array'
  | 'audience-list-string'
  | 'audience-object'

/** Defects in who made the token and for whom; all really signed by the issuer. */
export const partyForgeries: Readonly<Record<PartyForgeryName, Forgery>> = {
  'issuer-other': {
    attack: 'CL10',
    description: 'an issuer that nobody trusts',
    build: withClaims({ iss: 'https://attacker.example' }),
  },
  'issuer-trailing-slash': {
    attack: 'CL8',
    description: 'the issuer with a slash more at its end, or less where it had one',
    build: withClaims(({ claims }) => ({ iss: otherFinalSlash(String(claims.iss)) })),
  },
  'issuer-array': {
    attack: 'CL8',
    description: 'a list with the issuer in it',
    build: withClaims(({ claims }) => ({ iss: [claims.iss] })),
  },
  'issuer-case': {
    attack: 'CL8',
    description: 'the issuer in upper case: the same URL, another identifier',
    build: withClaims(({ claims }) => ({ iss: String(claims.iss).toUpperCase() })),
  },
  'issuer-missing': { attack: 'CL8', description: 'no iss', build: withClaims({ iss: undefined }) },
  'audience-other': {
    attack: 'CL5',
    description: 'for another API',
    build: withClaims({ aud: 'https://other-api.example' }),
  },
  'audience-missing': { attack: 'CL4', description: 'no aud', build: withClaims({ aud: undefined }) },
  'audience-prefix': {
    attack: 'CL5',
    description: 'the audience without its last character',
    build: withAudience(audience => audience.slice(0, -1)),
  },
  'audience-suffix-slash': {
    attack: 'CL5',
    description: 'the audience with a slash more at its end, or less where it had one',
    build: withAudience(otherFinalSlash),
  },
  'audience-case': {
    attack: 'CL5',
    description: 'the audience in upper case',
    build: withAudience(audience => audience.toUpperCase()),
  },
  'audience-empty-array': { attack: 'CL6', description: 'an empty list of audiences', build: withClaims({ aud: [] }) },
  'audience-mixed-array': {
    attack: 'CL6',
    description: 'the audience, in a list that also holds a number',
    build: withAudience(audience => [audience, 5]),
  },
  'audience-list-string': {
    attack: 'CL7',
    description: 'two audiences in one text, separated by a space',
    build: withAudience(audience => `${audience} https://other-api.example`),
  },
  'audience-object': {
    attack: 'CL6',
    description: 'an object with the audience as a member',
    build: withAudience(audience => ({ [audience]: true })),
  },
}

/** Starts from the first audience where the token has several. */
function withAudience(change: (audience: string) => unknown): Forgery['build'] {
  return withClaims(({ claims }: TokenDraft) => {
    const first: unknown = Array.isArray(claims.aud) ? claims.aud[0] : claims.aud
    return { aud: change(String(first)) }
  })
}

function otherFinalSlash(url: string): string {
  return url.endsWith('/') ? url.slice(0, -1) : `${url}/`
}
