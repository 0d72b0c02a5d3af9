import { randomBytes } from 'node:crypto'
import type { DenialCode } from '@scopeward/core'
import type { ForgeryName, TokenInput } from '@scopeward/testing'
import { hmacToken } from '../../issuers/support/secrets.ts'
import { bad, bearer, good, type Lines, type Row, withheld } from './row.ts'
import { senderRows } from './sender-rows.ts'
import { CANARY, FAILING, HEADER_CANARY, INACTIVE, UNKNOWN_ISSUER, VERIFIED, WITHHELD, type World } from './world.ts'

type Make = () => string | Promise<string>

function asBearer(code: Row['code'], api: string, make: Make, route = 'guarded'): Row {
  return { code, api, route, lines: async () => bearer(await make()) }
}

/** Tokens that are refused have the canary among their claims; those of callers who get in must not. */
export function rowsOf(world: World): readonly Row[] {
  return [...grantedRows(world), ...headerRows(world), ...tokenRows(world), ...stateRows(world), ...senderRows(world)]
}

const opaque = (beginning = ''): string => `${beginning}${randomBytes(32).toString('base64url')}`

/** The honest twins of everything that follows. */
function grantedRows(world: World): readonly Row[] {
  const { settings } = world
  const jwt = () => good(world)
  const shared = () => hmacToken(settings.secrets.shared, { claims: { iss: settings.legacy, scope: 'items:read' } })
  return [
    ...['full', 'bearer-only', 'profiled', 'queue', 'resolver'].map(api => asBearer('granted', api, jwt)),
    ...['opaque-basic', 'opaque-jwt', 'opaque-tls'].map(api => asBearer('granted', api, () => opaque())),
    asBearer('granted', 'secret', shared),
    asBearer('granted', 'full', () => good(world, { claims: { acr: 'phr', jti: VERIFIED } }), 'step-up'),
    asBearer('error', 'full', jwt, 'broken'),
  ]
}

/** What is wrong with the header, whatever the token is. */
function headerRows(world: World): readonly Row[] {
  const rows: readonly (readonly [DenialCode, (token: string) => Lines])[] = [
    ['credentials_missing', () => []],
    ['scheme_unsupported', token => [`Authorization: Basic ${token}`]],
    ['scheme_unsupported', token => [`Authorization: ${token.split('.')[1]}`]],
    ['authorization_malformed', token => [`Authorization: Bearer ${token} ${CANARY}`]],
    ['authorization_malformed', token => [`Authorization: "${token}"`]],
    ['authorization_duplicated', token => [...bearer(token), ...bearer(token)]],
  ]
  const row = ([code, lines]: (typeof rows)[number]): Row => ({
    code,
    api: 'full',
    route: 'guarded',
    lines: async () => lines(await bad(world)),
  })
  return rows.map(row)
}

const FORGED: readonly (readonly [DenialCode, ...ForgeryName[]])[] = [
  ['token_too_large', 'too-large'],
  ['token_malformed', 'four-parts', 'empty-signature', 'signature-padding', 'alg-none'],
  ['token_json_invalid', 'payload-duplicate-scope', 'payload-trailing', 'header-duplicate-alg'],
  ['header_not_accepted', 'crit-unknown', 'kid-huge', 'cty-jwt'],
  ['algorithm_not_allowed', 'alg-hs256-public-key-pem'],
  ['type_not_accepted', 'typ-jwt', 'id-token'],
  ['issuer_not_trusted', 'issuer-other'],
  ['key_unknown', 'kid-unknown'],
  ['signature_invalid', 'wrong-key', 'signature-tampered', 'payload-tampered', 'header-jwk'],
  ['claim_missing', 'jti-missing', 'exp-missing'],
  ['token_expired', 'expired'],
  ['token_not_yet_valid', 'not-yet-valid'],
  ['token_issued_in_future', 'issued-in-future'],
]

/** Tokens that say it all themselves. The value that is wrong is the canary, where it can be. */
function tokenRows(world: World): readonly Row[] {
  const claims = { canary: CANARY }
  const forged = FORGED.flatMap(([code, ...names]) =>
    names.map(name => asBearer(code, 'full', () => world.issuer.forge(name, { scope: 'items:read', claims }))),
  )
  const minted: readonly (readonly [DenialCode, string, TokenInput])[] = [
    ['issuer_not_trusted', 'full', { claims: { iss: `https://${CANARY}.example` } }],
    ['issuer_not_trusted', 'resolver', { claims: { iss: `https://${UNKNOWN_ISSUER}` } }],
    ['issuer_unavailable', 'resolver', { claims: { iss: `https://unavailable.${UNKNOWN_ISSUER}` } }],
    ['audience_mismatch', 'full', { audience: CANARY }],
    ['key_unknown', 'full', { header: { kid: HEADER_CANARY } }],
    ['key_ambiguous', 'ambiguous', { header: { kid: undefined } }],
    ['claim_invalid', 'full', { claims: { nbf: CANARY } }],
    ['claim_invalid', 'full', { scope: [CANARY, '', CANARY] }],
    ['claim_not_accepted', 'profiled', { claims: { nonce: CANARY } }],
    ['sender_constraint_unsupported', 'full', { claims: { cnf: { [CANARY]: CANARY } } }],
    ['sender_constraint_unsupported', 'bearer-only', { boundTo: world.key }],
    ['keys_unavailable', 'keys-down', { claims: { iss: world.settings.unreachable } }],
  ]
  return [...forged, ...minted.map(([code, api, input]) => asBearer(code, api, () => bad(world, input)))]
}

/** Tokens about which somebody else is asked, and what routes ask beyond a token. */
function stateRows(world: World): readonly Row[] {
  const { shared } = world.settings.secrets
  const claims = { iss: world.settings.legacy, canary: CANARY }
  const methods = ['opaque-basic', 'opaque-jwt'] as const
  return [
    ...methods.map(api => asBearer('token_inactive', api, () => opaque(INACTIVE))),
    ...methods.map(api => asBearer('introspection_unavailable', api, () => opaque(FAILING))),
    asBearer('token_expired', 'secret', () => hmacToken(shared, { claims: { ...claims, exp: 1 } })),
    asBearer('signature_invalid', 'secret', () => hmacToken(opaque(), { claims })),
    asBearer('token_revoked', 'full', () => withheld(world, { claims: { jti: world.settings.revoked } })),
    asBearer('revocation_unavailable', 'revocation-down', () => withheld(world)),
    asBearer('insufficient_scope', 'full', () => withheld(world, { scope: 'items:write' })),
    asBearer(
      'insufficient_user_authentication',
      'full',
      () => withheld(world, { claims: { acr: WITHHELD } }),
      'step-up',
    ),
    asBearer('sender_constraint_required', 'full', () => withheld(world), 'bound'),
    asBearer('bound_token_as_bearer', 'full', () => withheld(world, { boundTo: world.key })),
  ]
}
