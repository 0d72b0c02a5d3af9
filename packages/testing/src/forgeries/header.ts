import { signToken } from '../mint.ts'
import { type Forgery, withHeader, withRawHeader } from './forgery.ts'

export type HeaderForgeryName =
  | 'typ-jwt'
  | 'typ-missing'
  | 'typ-array'
  | 'typ-parameter'
  | 'typ-dpop'
  | 'typ-logout'
  | 'id-token'
  | 'crit-unknown'
  | 'crit-empty'
  | 'crit-b64'
  | 'b64-false'
  | 'cty-jwt'
  | 'header-duplicate-alg'

/** Defects in what the token says it is. */
export const headerForgeries: Readonly<Record<HeaderForgeryName, Forgery>> = {
  'typ-jwt': {
    attack: 'CL15',
    description: 'typ "JWT", which every other kind of token may have as well',
    build: withHeader({ typ: 'JWT' }),
  },
  'typ-missing': {
    attack: 'CL15',
    description: 'no typ',
    build: withHeader({ typ: undefined }),
  },
  'typ-array': {
    attack: 'CL15',
    description: 'a list with the right typ in it',
    build: withHeader({ typ: ['at+jwt'] }),
  },
  'typ-parameter': {
    attack: 'CL15',
    description: 'the right typ with a media type parameter',
    build: withHeader({ typ: 'at+jwt;x=1' }),
  },
  'typ-dpop': {
    attack: 'CL14',
    description: 'typ of a DPoP proof',
    build: withHeader({ typ: 'dpop+jwt' }),
  },
  'typ-logout': {
    attack: 'CL14',
    description: 'typ of a logout token',
    build: withHeader({ typ: 'logout+jwt' }),
  },
  'id-token': {
    attack: 'CL14',
    description: 'an ID token of OpenID Connect whose audience happens to be this API',
    build: async draft => {
      const { client_id, jti, scope, ...claims } = draft.claims
      const idToken = { ...claims, azp: client_id, nonce: 'n-0S6_WzA2Mj', auth_time: draft.nowSeconds }
      return signToken({ ...draft, header: { ...draft.header, typ: 'JWT' }, claims: idToken })
    },
  },
  'crit-unknown': {
    attack: 'JSON9',
    description: 'crit demands an extension that nobody knows',
    build: withRawHeader(({ header }) =>
      JSON.stringify({ ...header, crit: ['urn:example:extension'], 'urn:example:extension': true }),
    ),
  },
  'crit-empty': {
    attack: 'JSON9',
    description: 'crit is an empty list, which RFC 7515 section 4.1.11 forbids',
    build: withRawHeader(({ header }) => JSON.stringify({ ...header, crit: [] })),
  },
  'crit-b64': {
    attack: 'JSON9',
    description: 'crit demands b64, with its harmless value; JWTs must not use it with the other (RFC 7797 section 7)',
    build: withRawHeader(({ header }) => JSON.stringify({ ...header, crit: ['b64'], b64: true })),
  },
  'b64-false': {
    attack: 'JSON10',
    description: 'b64 false without crit, on a payload that is encoded all the same',
    build: withRawHeader(({ header }) => JSON.stringify({ ...header, b64: false })),
  },
  'cty-jwt': {
    attack: 'JSON11',
    description: 'cty "JWT": says that the payload is another token, whose signature would count',
    build: withHeader({ cty: 'JWT' }),
  },
  'header-duplicate-alg': {
    attack: 'JSON1',
    description: 'alg twice: "none" first, the true one last',
    build: withRawHeader(({ header }) => `{"alg":"none",${JSON.stringify(header).slice(1)}`),
  },
}
