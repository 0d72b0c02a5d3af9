import { READ, type Row } from './row.ts'

function refused(name: string, token: NonNullable<Row['token']>, expected: Row['expected']): Row {
  return { name, request: 'GET /read', token, expected }
}

/** One defect of each kind; the whole catalogue is in test/attacks. */
export const tokenRows: readonly Row[] = [
  refused('expired', { ...READ, expiresInSeconds: -60 }, [401, 'token_expired']),
  refused('expired within the clock tolerance', { ...READ, expiresInSeconds: -4 }, [200]),
  refused('expired beyond the clock tolerance by a second', { ...READ, expiresInSeconds: -5 }, [401, 'token_expired']),
  refused('not valid yet', issuer => issuer.forge('not-yet-valid', READ), [401, 'token_not_yet_valid']),
  refused('issued in the future', issuer => issuer.forge('issued-in-future', READ), [401, 'token_issued_in_future']),
  refused('for another audience', { ...READ, audience: 'https://other.example' }, [401, 'audience_mismatch']),
  refused(
    'for this audience among others',
    { ...READ, audience: ['https://a.example', 'https://api.example.com'] },
    [200],
  ),
  refused('no audience', issuer => issuer.forge('audience-missing', READ), [401, 'claim_missing']),
  refused('of another issuer', issuer => issuer.forge('issuer-other', READ), [401, 'issuer_not_trusted']),
  refused('typ JWT', { ...READ, header: { typ: 'JWT' } }, [401, 'type_not_accepted']),
  refused('typ in upper case', { ...READ, header: { typ: 'AT+JWT' } }, [200]),
  refused('typ with application/', { ...READ, header: { typ: 'application/at+jwt' } }, [200]),
  refused('an ID token', issuer => issuer.forge('id-token', READ), [401, 'type_not_accepted']),
  refused('alg none', issuer => issuer.forge('alg-none', READ), [401, 'token_malformed']),
  refused('HS256 with the public key', issuer => issuer.forge('alg-hs256-public-key-pem', READ), [
    401,
    'algorithm_not_allowed',
  ]),
  refused('a signature that is altered', issuer => issuer.forge('signature-tampered', READ), [
    401,
    'signature_invalid',
  ]),
  refused('a kid that nobody knows', issuer => issuer.forge('kid-unknown', READ), [401, 'key_unknown']),
  refused('crit', issuer => issuer.forge('crit-unknown', READ), [401, 'header_not_accepted']),
  refused('a claim twice', issuer => issuer.forge('payload-duplicate-scope', READ), [401, 'token_json_invalid']),
  refused('an encrypted token', issuer => issuer.forge('jwe-five-parts', READ), [401, 'token_malformed']),
  refused('padding behind the signature', issuer => issuer.forge('signature-padding', READ), [401, 'token_malformed']),
  refused('scope as a list', issuer => issuer.forge('scope-array', READ), [401, 'claim_invalid']),
  refused('bound to a DPoP key', issuer => issuer.forge('dpop-bound', READ), [401, 'sender_constraint_unsupported']),
  refused('bound to a certificate', issuer => issuer.forge('mtls-bound', READ), [401, 'client_certificate_missing']),
  {
    name: 'bound to a DPoP key, with the scheme DPoP',
    request: 'GET /read',
    token: issuer => issuer.forge('dpop-bound', READ),
    headers: ['Authorization: DPoP {token}', 'DPoP: eyJhbGciOiJFUzI1NiJ9.e30.x'],
    expected: [401, 'scheme_unsupported'],
  },
  {
    name: 'bound to a certificate, which stands in a header (HTTP8)',
    request: 'GET /read',
    token: issuer => issuer.forge('mtls-bound', READ),
    headers: ['Authorization: Bearer {token}', 'Client-Cert: :MIIB:', 'X-Client-Cert: MIIB'],
    expected: [401, 'client_certificate_missing'],
  },
]
