import { DUPLICATED, GRANTED, MALFORMED, NO_CREDENTIALS, OTHER_SCHEME, READ, type Row } from './row.ts'

function header(name: string, line: string, expected: Row['expected']): Row {
  return { name, request: 'GET /read', token: READ, headers: [line], expected }
}

/** RFC 9110 sections 11.1, 11.2 and 11.4, RFC 6750 section 2.1; attacks HTTP1 to HTTP3. */
export const grammarRows: readonly Row[] = [
  { name: 'no Authorization header', request: 'GET /read', expected: NO_CREDENTIALS },
  header('the scheme in lower case', 'Authorization: bearer {token}', GRANTED),
  header('the scheme in upper case', 'Authorization: BEARER {token}', GRANTED),
  header('the scheme in mixed case', 'Authorization: bEaReR {token}', GRANTED),
  header('the field name in upper case', 'AUTHORIZATION: Bearer {token}', GRANTED),
  header('several spaces before the token', 'Authorization: Bearer    {token}', GRANTED),
  header('no space behind the colon', 'Authorization:Bearer {token}', GRANTED),
  header('white space around the value', 'Authorization: \t Bearer {token} \t', GRANTED),
  header('an empty value', 'Authorization:', MALFORMED),
  header('a blank value', 'Authorization:    ', MALFORMED),
  header('the scheme alone', 'Authorization: Bearer', MALFORMED),
  header('the scheme and spaces', 'Authorization: Bearer   ', MALFORMED),
  header('a tab for the space', 'Authorization: Bearer\t{token}', MALFORMED),
  header('a tab behind the space', 'Authorization: Bearer \t{token}', MALFORMED),
  header('a no-break space for the space', 'Authorization: Bearer\xa0{token}', MALFORMED),
  header('a second word behind the token', 'Authorization: Bearer {token} x', MALFORMED),
  header('a word before the token', 'Authorization: Bearer x {token}', MALFORMED),
  header('a comma behind the token', 'Authorization: Bearer {token},', MALFORMED),
  header('two credentials with a comma', 'Authorization: Bearer {token}, Bearer {token}', MALFORMED),
  header('another scheme behind a comma', 'Authorization: Bearer {token}, Basic dTpw', MALFORMED),
  header('the token in quotes', 'Authorization: Bearer "{token}"', MALFORMED),
  header('the token as a parameter', 'Authorization: Bearer token={token}', MALFORMED),
  header('a quoted parameter', 'Authorization: Bearer token="{token}"', MALFORMED),
  header('a semicolon behind the token', 'Authorization: Bearer {token};', MALFORMED),
  header('only padding', 'Authorization: Bearer ===', MALFORMED),
  header('a byte above ASCII', 'Authorization: Bearer {token}\xe9', MALFORMED),
  header('the bytes of a zero-width space', 'Authorization: Bearer \xe2\x80\x8b{token}', MALFORMED),
  header('JSON for the token', 'Authorization: Bearer {"a":1}', MALFORMED),
  header('the scheme twice', 'Authorization: Bearer Bearer {token}', MALFORMED),
  header('a colon behind the scheme', 'Authorization: Bearer: {token}', MALFORMED),
  header('the token without a scheme', 'Authorization: {token}', OTHER_SCHEME),
  header('an opaque token', 'Authorization: Bearer 2YotnFZFEjr1zCsicMWpAA', [401, 'token_malformed']),
  header('the scheme with a letter more', 'Authorization: Bearerx {token}', OTHER_SCHEME),
  header('the scheme Token', 'Authorization: Token {token}', OTHER_SCHEME),
  header('the scheme JWT', 'Authorization: JWT {token}', OTHER_SCHEME),
  header('the scheme Basic', 'Authorization: Basic dXNlcjpwYXNz', OTHER_SCHEME),
  header('the scheme Basic with the token', 'Authorization: Basic {token}', OTHER_SCHEME),
  header('the scheme DPoP', 'Authorization: DPoP {token}', OTHER_SCHEME),
  header('the scheme Negotiate alone', 'Authorization: Negotiate', OTHER_SCHEME),
  header('the token in Proxy-Authorization', 'Proxy-Authorization: Bearer {token}', NO_CREDENTIALS),
  header('the token in X-Authorization', 'X-Authorization: Bearer {token}', NO_CREDENTIALS),
  header('the token in a cookie', 'Cookie: access_token={token}; authorization=Bearer%20{token}', NO_CREDENTIALS),
]

function twice(name: string, headers: readonly string[]): Row {
  return { name, request: 'GET /read', token: READ, headers, expected: DUPLICATED }
}

/** RFC 9110 section 5.3, RFC 9449 figure 19; attack HTTP1. */
export const duplicateRows: readonly Row[] = [
  twice('the same Authorization header twice', ['Authorization: Bearer {token}', 'Authorization: Bearer {token}']),
  twice('a good one first, then a bad one', ['Authorization: Bearer {token}', 'Authorization: Bearer x']),
  twice('a bad one first, then a good one', ['Authorization: Bearer x', 'Authorization: Bearer {token}']),
  twice('twice in different case', ['Authorization: Bearer {token}', 'AUTHORIZATION: Bearer {token}']),
  twice('twice in lower case', ['authorization: Bearer {token}', 'authorization: Bearer {token}']),
  twice('two schemes', ['Authorization: Bearer {token}', 'Authorization: Basic dTpw']),
  twice('a good one and an empty one', ['Authorization: Bearer {token}', 'Authorization:']),
  twice('others between the two', ['Authorization: Bearer {token}', 'X-Between: 1', 'Authorization: Bearer {token}']),
]
