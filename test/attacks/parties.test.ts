import { describe } from 'vitest'
import { holdRows } from './hold-rows.ts'
import { withClaims, withHeader } from './mint.ts'
import { type Attack, eachValue, testAccepted, testAttacks, useBench } from './support.ts'

holdRows()

const bench = useBench()

describe('CL4 to CL7: audiences (RFC 7519 section 4.1.3, RFC 9068 section 4, CVE-2020-26160)', () => {
  const api = 'https://api.example.com'
  testAttacks(bench, [
    ['CL4 no aud', 'claim_missing', withClaims({ aud: undefined })],
    ...eachValue('CL5', 'aud', 'audience_mismatch', [
      '',
      ' ',
      'https://api.example.co',
      'https://api.example.com.attacker.example',
      `${api}/`,
      `${api}/v1`,
      ` ${api}`,
      `${api} `,
      'HTTPS://API.EXAMPLE.COM',
      'https://api.example.com:443',
      'http://api.example.com',
      'api.example.com',
      '*',
      'https://*.example.com',
      'https://api.example.c\u043em',
      'https://api.example.com\u0000',
      'https://api.ex\u0061mple.com\u200b',
    ]),
    ...eachValue('CL6', 'aud', 'audience_mismatch', [
      [],
      [''],
      ['a', 'b'],
      [`${api}/`],
      Array.from({ length: 500 }, (_, index) => `a${index}`),
    ]),
    ...eachValue('CL6', 'aud', 'claim_invalid', [
      null,
      5,
      true,
      {},
      { [api]: true },
      { 0: api, length: 1 },
      [[api]],
      [api, 5],
      [api, null],
      [api, [api]],
      [{}, api],
    ]),
    ...eachValue('CL7', 'aud', 'audience_mismatch', [`a ${api}`, `${api} a`, `${api},a`, `["${api}"]`, `${api}\n`]),
  ])
  testAccepted(bench, [
    ['CL6 this audience among others', withClaims({ aud: ['https://other.example', api] })],
    ['CL6 this audience twice', withClaims({ aud: [api, api] })],
  ])
})

describe('CL8, CL10: issuers (RFC 9068 section 4, CVE-2024-53861, CVE-2025-30144)', () => {
  const changed =
    (change: (issuer: string) => unknown): Attack[2] =>
    honest =>
      withClaims({ iss: change(String(honest.claims.iss)) })(honest)
  testAttacks(bench, [
    ['CL8 no iss', 'claim_missing', withClaims({ iss: undefined })],
    ...eachValue('CL8', 'iss', 'issuer_not_trusted', [
      null,
      '',
      5,
      true,
      [],
      {},
      'http',
      '*',
      'https://attacker.example',
      'file:///etc/passwd',
    ]),
    ['CL8 a list with the issuer', 'issuer_not_trusted', changed(issuer => [issuer])],
    [
      'CL8 a list with the issuer and another',
      'issuer_not_trusted',
      changed(issuer => ['https://attacker.example', issuer]),
    ],
    ['CL8 an object', 'issuer_not_trusted', changed(issuer => ({ toString: issuer }))],
    ['CL8 a slash more', 'issuer_not_trusted', changed(issuer => `${issuer}/`)],
    ['CL8 a character less', 'issuer_not_trusted', changed(issuer => issuer.slice(0, -1))],
    ['CL8 in upper case', 'issuer_not_trusted', changed(issuer => issuer.toUpperCase())],
    ['CL8 a space behind', 'issuer_not_trusted', changed(issuer => `${issuer} `)],
    ['CL8 a path behind', 'issuer_not_trusted', changed(issuer => `${issuer}/tenant`)],
    ['CL8 a user name in it', 'issuer_not_trusted', changed(issuer => issuer.replace('//', '//user@'))],
    [
      'CL8 another name of this machine',
      'issuer_not_trusted',
      changed(issuer => issuer.replace('127.0.0.1', 'localhost')),
    ],
    ['CL8 as the beginning of another host', 'issuer_not_trusted', changed(issuer => `${issuer}.attacker.example`)],
  ])
})

describe('CL14, CL15: other tokens of the same issuer (RFC 9068 section 5, RFC 8725 section 3.11)', () => {
  const types = [
    'JWT',
    'jwt',
    'at',
    'at+jwt ',
    ' at+jwt',
    'at+jwt;x=1',
    'at+jwt\u0000',
    'application/at+jwt;x=1',
    'application/application/at+jwt',
    '/at+jwt',
    'x/at+jwt',
    'at+jwt+jwt',
    'at jwt',
    '',
    'dpop+jwt',
    'logout+jwt',
    'secevent+jwt',
    'token-introspection+jwt',
    'client-authentication+jwt',
    'statuslist+jwt',
    'oauth-authz-req+jwt',
    'rt+jwt',
    'id_token',
    null,
    5,
    true,
    {},
    ['at+jwt'],
  ] as const
  testAttacks(bench, [
    ['CL15 no typ', 'type_not_accepted', withHeader({ typ: undefined })],
    ...types.map((typ): Attack => [`CL15 typ ${JSON.stringify(typ)}`, 'type_not_accepted', withHeader({ typ })]),
    [
      'CL14 an introspection response (RFC 9701 section 8.1)',
      'type_not_accepted',
      honest =>
        withHeader({ typ: 'token-introspection+jwt' })({
          ...honest,
          claims: { ...honest.claims, token_introspection: { active: true } },
        }),
    ],
  ])
  testAccepted(bench, [
    ...['AT+JWT', 'at+JWT', 'application/at+jwt', 'Application/At+Jwt'].map(
      typ => [`CL15 typ ${typ} (RFC 7515 section 4.1.9)`, withHeader({ typ })] as const,
    ),
  ])
})
