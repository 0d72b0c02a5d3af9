import { MARKS_OF_OTHER_TOKENS, type TokenProfile } from './token-profile.ts'

/**
 * The weakest profile, for issuers from before RFC 9068 whose access tokens hold little more than `iss`, `aud`, `exp`, `iat`
 * and `scope`, such as oauth2-mock-server. Take it only where no other fits: nothing in such a token says that it is an
 * access token, so `scope`, which ID tokens lack, is required, and every mark of other tokens is refused. `issuer` and
 * `audience`: exactly what the tokens hold; the audience must not be the identifier of a client. Who the client is and for
 * whom it acts is not read: `clientId` is empty, `subject` too without `sub`, and `kind` is `unknown`.
 * @see https://github.com/axa-group/oauth2-mock-server/blob/HEAD/src/lib/oauth2-issuer.ts
 */
export const plainJwt: TokenProfile = {
  name: 'plainJwt',
  source: 'RFC 7519 section 4.1, RFC 8693 section 4.2',
  types: ['jwt', null],
  requiredClaims: ['iat', 'scope'],
  claimValues: {},
  refusedClaims: [
    ...MARKS_OF_OTHER_TOKENS,
    // Issuers that mark the purpose of a token in its payload have a profile of their own, which reads the mark.
    'typ',
    'token_use',
    // The sign-in: in ID, logout and refresh tokens. `amr` is left out, because oauth2-mock-server writes it into the
    // access tokens of users.
    'auth_time',
    'acr',
    'sid',
    'session_state',
    // Authorization responses (JARM).
    'code',
  ],
  audienceClaims: ['aud'],
  clientIdClaims: [],
  scopeClaims: [{ path: ['scope'], form: 'words' }],
  roleClaims: [],
  permissionClaims: [],
  kinds: [],
}
