/** Code of a refusal, stable across releases. Each has a heading in docs/errors.md. */
export type DenialCode =
  | 'credentials_missing'
  | 'scheme_unsupported'
  | 'authorization_malformed'
  | 'authorization_duplicated'
  | 'token_too_large'
  | 'token_malformed'
  | 'token_json_invalid'
  | 'header_not_accepted'
  | 'algorithm_not_allowed'
  | 'type_not_accepted'
  | 'issuer_not_trusted'
  | 'audience_mismatch'
  | 'key_unknown'
  | 'key_ambiguous'
  | 'signature_invalid'
  | 'claim_missing'
  | 'claim_invalid'
  | 'claim_not_accepted'
  | 'token_expired'
  | 'token_not_yet_valid'
  | 'token_issued_in_future'
  | 'sender_constraint_unsupported'
  | 'sender_constraint_required'
  | 'bound_token_as_bearer'
  | 'dpop_token_unbound'
  | 'dpop_binding_mismatch'
  | 'dpop_proof_missing'
  | 'dpop_proof_duplicated'
  | 'dpop_proof_malformed'
  | 'dpop_proof_invalid'
  | 'dpop_proof_replayed'
  | 'dpop_nonce_required'
  | 'client_certificate_missing'
  | 'client_certificate_mismatch'
  | 'client_certificate_invalid'
  | 'token_revoked'
  | 'token_inactive'
  | 'insufficient_scope'
  | 'insufficient_user_authentication'
  | 'keys_unavailable'
  | 'signature_queue_full'
  | 'introspection_unavailable'
  | 'issuer_unavailable'
  | 'replay_store_unavailable'
  | 'revocation_unavailable'

/** What a refused request is answered with. `text` is all that a client ever learns; `remedy` is for docs/errors.md. */
export interface DenialRow {
  readonly status: 400 | 401 | 403 | 503
  /** Error code of RFC 6750 section 3.1, RFC 9449 section 7.1 or RFC 9470 section 3; `undefined` where the RFC says to give none. */
  readonly error:
    | 'invalid_request'
    | 'invalid_token'
    | 'insufficient_scope'
    | 'insufficient_user_authentication'
    | 'invalid_dpop_proof'
    | 'use_dpop_nonce'
    | undefined
  readonly text: string
  readonly section: string
  readonly remedy: string
}

const NOT_VALID = 'The access token is not valid'

/** Exported to everybody in the process, and what is sent is built from it. */
function frozen<Table extends Readonly<Record<string, DenialRow>>>(table: Table): Table {
  for (const row of Object.values(table)) Object.freeze(row)
  return Object.freeze(table)
}

function badToken(section: string, remedy: string, text: string = NOT_VALID): DenialRow {
  return { status: 401, error: 'invalid_token', text, section, remedy }
}

function badProof(section: string, remedy: string): DenialRow {
  return { status: 401, error: 'invalid_dpop_proof', text: 'The DPoP proof is not valid', section, remedy }
}

/** Not a verdict about the token, so never 401: clients would throw good tokens away. */
function unavailable(remedy: string): DenialRow {
  const text = 'The access token cannot be checked right now'
  return { status: 503, error: undefined, text, section: 'RFC 9110 section 15.6.4', remedy }
}

/**
 * Every refusal there is. Clients see `status`, `error` and `text` alone, and the text is the same for an unknown key,
 * a bad signature and a malformed token, so that an answer tells an attacker nothing. Operators see the code.
 */
export const DENIALS: Readonly<Record<DenialCode, DenialRow>> = frozen({
  credentials_missing: {
    status: 401,
    error: undefined,
    text: 'This resource needs an access token',
    section: 'RFC 6750 section 3',
    remedy:
      'Send the access token in the header `Authorization: Bearer <token>`. A token in the query or the body is ignored.',
  },
  scheme_unsupported: {
    status: 401,
    error: undefined,
    text: 'This resource needs an access token',
    section: 'RFC 6750 section 3.1',
    remedy:
      'Use a scheme that the challenge names: `Bearer`, or `DPoP` where the option `dpop` has it. The request authenticated by another one, such as `Basic`, or by `Bearer` where every token must come with a proof.',
  },
  authorization_malformed: {
    status: 400,
    error: 'invalid_request',
    text: 'The Authorization header is malformed',
    section: 'RFC 9110 section 11.4',
    remedy: 'Write the scheme, one or more spaces, then the token alone: no quotes, commas, tabs or second word.',
  },
  authorization_duplicated: {
    status: 400,
    error: 'invalid_request',
    text: 'The request has more than one Authorization header',
    section: 'RFC 9110 section 5.3',
    remedy: 'Send exactly one `Authorization` header. Look for a proxy that adds its own.',
  },
  token_too_large: badToken(
    'RFC 8725 section 3.3',
    'Keep tokens under 16,384 characters. Ask the authorization server to put less into them. Over HTTP Node itself answers 431 before that, unless `maxHeaderSize` was raised.',
  ),
  token_malformed: badToken(
    'RFC 7515 section 5.2',
    'Send the access token exactly as the authorization server returned it: three base64url parts. An encrypted token (five parts) or a copy with a line break in it ends here, and an opaque token where no issuer is asked about tokens: see `introspection`.',
  ),
  token_json_invalid: badToken(
    'RFC 7519 section 7.2',
    'The header or the payload is not one strict JSON object: check for duplicate names, names with a quote, a backslash or a control character, a byte order mark, invalid UTF-8, very deep nesting.',
  ),
  header_not_accepted: badToken(
    'RFC 7515 section 4.1.11',
    'The token header carries `crit`, `b64`, `zip` or a nested `cty`, none of which an access token may use, or a `kid` that is not a short string.',
  ),
  algorithm_not_allowed: badToken(
    'RFC 8725 section 3.1',
    'Sign with an algorithm on the list of the option `algorithms` (RS256, PS256, ES256, Ed25519 by default), or add the one that the issuer really uses.',
  ),
  type_not_accepted: badToken(
    'RFC 9068 section 4',
    'The header `typ` must be `at+jwt`, or what the profile of the issuer has. An ID token or another JWT of the same issuer ends here: send the access token. Where the issuer writes its access tokens differently, the event names the profile that fits.',
  ),
  issuer_not_trusted: badToken(
    'RFC 9068 section 4',
    'The claim `iss` must equal an issuer of the option `issuer` to the letter: mind the trailing slash and the tenant.',
  ),
  audience_mismatch: badToken(
    'RFC 9068 section 4',
    'The claim `aud` must hold the option `audience` to the letter. Ask for the token with `resource` or `audience` set to this API.',
    'The access token is meant for another audience',
  ),
  key_unknown: badToken(
    'RFC 7515 section 4.1.4',
    'No published key has this `kid` and algorithm; a key without `alg` serves the first of `algorithms` that fits it. If the issuer just rotated its keys, the new one is accepted within `refreshCooldownSeconds` as long as it can be fetched.',
  ),
  key_ambiguous: badToken(
    'RFC 7517 section 4.5',
    'More than four published keys fit and the token does not say which: the issuer must send a `kid`, and give each key its own.',
  ),
  signature_invalid: badToken(
    'RFC 7515 section 5.2',
    'The signature does not verify under the key that the token names: it was altered or forged.',
  ),
  claim_missing: badToken(
    'RFC 9068 section 2.2',
    'The token lacks a claim that every RFC 9068 access token has: `iss`, `exp`, `aud`, `sub`, `client_id`, `iat`, `jti`; or one that the profile of the issuer requires. The event names it, and the profile that would fit.',
  ),
  claim_invalid: badToken(
    'RFC 7519 section 4.1',
    'A claim has the wrong type or form, for example a time that is no number or a `scope` that is no string. The event names it.',
  ),
  claim_not_accepted: badToken(
    'RFC 8725 section 3.12',
    'The token has a claim that only other kinds of tokens of this issuer have, such as `nonce` in an ID token. Send the access token.',
  ),
  token_expired: badToken(
    'RFC 7519 section 4.1.4',
    'Get a new token. If it is new, compare the clocks.',
    'The access token expired',
  ),
  token_not_yet_valid: badToken(
    'RFC 7519 section 4.1.5',
    'The claim `nbf` lies in the future. Compare the clocks; `clockToleranceSeconds` allows for 5 seconds by default.',
    'The access token is not valid yet',
  ),
  token_issued_in_future: badToken(
    'RFC 7519 section 4.1.6',
    'The claim `iat` lies in the future. Compare the clocks; `clockToleranceSeconds` allows for 5 seconds by default.',
    'The access token is not valid yet',
  ),
  sender_constraint_unsupported: badToken(
    'RFC 9449 section 7.2',
    'The token is bound (`cnf`) in a way that is not checked here, so it is not taken as a bearer token. For `jkt` set the option `dpop`; a member other than `jkt` and `x5t#S256` is not known. `verify()` has no request to look for a proof in: use `check()`.',
  ),
  sender_constraint_required: badToken(
    'RFC 9449 section 7.1',
    'The route, or the profile of the issuer, lets only tokens in that are bound to their sender: ask the authorization server for a token with a DPoP proof, or over mutual TLS.',
    'This resource needs an access token that is bound to its sender',
  ),
  bound_token_as_bearer: badToken(
    'RFC 9449 section 7.2',
    'The token is bound to a key. Send it as `Authorization: DPoP <token>`, with a proof in the header `DPoP`.',
    'The access token is bound to a key and needs a DPoP proof',
  ),
  dpop_token_unbound: badToken(
    'RFC 9449 section 7.1',
    'The token came with the scheme `DPoP`, but it is not bound to a key (`cnf.jkt`). Ask the authorization server for it with a proof, or send it as a bearer token.',
    'The access token is not bound to a DPoP key',
  ),
  dpop_binding_mismatch: badToken(
    'RFC 9449 section 4.3',
    'Check DP12: the proof was signed by another key than the one that the token is bound to. Keep the key with which the token was asked for.',
    'The access token is bound to another DPoP key',
  ),
  dpop_proof_missing: badProof(
    'RFC 9449 section 7.1',
    'Send a proof in the header `DPoP` along with the token. Look for a proxy that drops the header.',
  ),
  dpop_proof_duplicated: badProof('RFC 9449 section 4.3', 'Check DP1: send exactly one header `DPoP`.'),
  dpop_proof_malformed: badProof(
    'RFC 9449 section 4.3',
    'Check DP2: the header `DPoP` must be one signed JWT in compact form of at most 8,192 characters, with a strict JSON header and without `crit`, `b64`, `zip` and `cty`. The event says what it was.',
  ),
  dpop_proof_invalid: badProof(
    'RFC 9449 section 4.3',
    'The event names the check (`detail.check`, numbered as in the section) and the reason: DP3 a claim is missing, DP4 `typ`, DP5 `alg`, DP6 the key or the signature, DP7 a private key, DP8 `htm`, DP9 `htu`, DP11 the time, DP12 `ath`. For DP9 compare `htu` with the option `publicOrigin` and the path that reaches the API; for DP11 compare the clocks.',
  ),
  dpop_proof_replayed: badProof(
    'RFC 9449 section 11.1',
    'Each proof is good for one request: make a new one, with a new `jti`, for each, retries included.',
  ),
  dpop_nonce_required: {
    status: 401,
    error: 'use_dpop_nonce',
    text: 'The DPoP proof needs the nonce of the header DPoP-Nonce',
    section: 'RFC 9449 section 9',
    remedy:
      'Check DP10: send the request again with a proof whose claim `nonce` is the value of the header `DPoP-Nonce`. Clients do so by themselves; it happens at the first request and whenever the nonce is too old.',
  },
  client_certificate_missing: badToken(
    'RFC 8705 section 3',
    'The token is bound to a client certificate, and the request came without one. Connect with the certificate that was used for the token; let the TLS server ask for it (`requestCert: true`); behind a proxy set `trustedProxy.clientCertificate`.',
    'The access token is bound to a client certificate',
  ),
  client_certificate_mismatch: badToken(
    'RFC 8705 section 3',
    'The token is bound to another client certificate than the one of this connection. A certificate that was renewed needs a new token.',
    'The access token is bound to a client certificate',
  ),
  client_certificate_invalid: {
    status: 400,
    error: 'invalid_request',
    text: 'The client certificate header is malformed',
    section: 'RFC 9440 section 2',
    remedy:
      'The trusted proxy must replace the header on every request with exactly one certificate in the form of `trustedProxy.clientCertificate`. A client that sends the header itself ends here when the proxy adds to it.',
  },
  token_revoked: badToken(
    'RFC 6750 section 3.1',
    'The token, its client or its subject was revoked (option `revocation`), or the token lives longer than revocations are kept. Get a new one.',
    'The access token was revoked',
  ),
  token_inactive: badToken(
    'RFC 7662 section 2.2',
    'The issuer says that the token is not active: it expired, was revoked, or was never issued. Get a new one. The issuer may also not let this API ask about it.',
  ),
  insufficient_scope: {
    status: 403,
    error: 'insufficient_scope',
    text: 'The access token does not carry the privilege that this resource requires',
    section: 'RFC 6750 section 3.1',
    remedy:
      'Ask for a token with the scopes named in the challenge. If it has them, the rest of the requirement failed; the event says what the route requires.',
  },
  insufficient_user_authentication: {
    status: 401,
    error: 'insufficient_user_authentication',
    text: 'This resource requires a stronger or more recent sign-in',
    section: 'RFC 9470 section 3',
    remedy:
      'Send the user to sign in again, with `acr_values` and `max_age` as in the challenge. Claims to look at: `acr`, `auth_time`.',
  },
  keys_unavailable: unavailable(
    'The key set of the issuer cannot be fetched. The channel `scopeward:key-set` says why; requests work again as soon as it answers.',
  ),
  signature_queue_full: unavailable(
    'More signatures wait to be checked than `signatureQueueMaxEntries` lets wait: far more new tokens come than this machine can check, as in a flood of forged ones. Tokens that are remembered as verified need no check.',
  ),
  introspection_unavailable: unavailable(
    'The issuer could not be asked about the token, or its answer cannot be used. The event says why: its status, a time-out, an answer that is not one. 401 there means that the credentials of this API are wrong.',
  ),
  issuer_unavailable: unavailable(
    'The function `issuer` of the configuration threw, took too long, or answered with a definition that cannot be used. The event says which.',
  ),
  replay_store_unavailable: unavailable(
    'Where DPoP proofs are remembered cannot tell whether this one was used before: it does not answer, is full, or was restarted a moment ago. Nobody with a proof gets in until it can.',
  ),
  revocation_unavailable: unavailable(
    'The list of revocations cannot tell: it was never filled, or what it knows is too old. Look at its connection and its `ageSeconds`.',
  ),
})
