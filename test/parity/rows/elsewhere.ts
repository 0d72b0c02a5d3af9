import { DUPLICATED, GRANTED, MALFORMED, NO_CREDENTIALS, OTHER_SCHEME, READ, type Row } from './row.ts'

const FORM = 'Content-Type: application/x-www-form-urlencoded'
const HEADER = 'Authorization: Bearer {token}'

/** A token in the query or the body is ignored (OAuth 2.1 section 5.1); attack HTTP4. */
export const elsewhereRows: readonly Row[] = [
  {
    name: 'a token in the query alone',
    request: 'GET /read?access_token={token}',
    token: READ,
    headers: [],
    expected: NO_CREDENTIALS,
  },
  {
    name: 'a token in the query as a list',
    request: 'GET /read?access_token[]={token}&access_token={token}',
    token: READ,
    headers: [],
    expected: NO_CREDENTIALS,
  },
  {
    name: 'a good header beside rubbish in the query',
    request: 'GET /read?access_token=rubbish',
    token: READ,
    headers: [HEADER],
    expected: GRANTED,
  },
  {
    name: 'rubbish in the header beside a good token in the query',
    request: 'GET /read?access_token={token}',
    token: READ,
    headers: ['Authorization: Bearer rubbish'],
    expected: [401, 'token_malformed'],
  },
  {
    name: 'a token in the form body alone',
    request: 'POST /read',
    token: READ,
    headers: [FORM],
    body: 'access_token={token}',
    expected: NO_CREDENTIALS,
  },
  {
    name: 'a good header beside rubbish in the form body',
    request: 'POST /read',
    token: READ,
    headers: [FORM, HEADER],
    body: 'access_token=rubbish',
    expected: GRANTED,
  },
]

/** An optional route takes no credentials for anonymous, and bad credentials for what they are. */
export const optionalRows: readonly Row[] = [
  { name: 'optional: no credentials', request: 'GET /optional', expected: GRANTED },
  { name: 'optional: a good token', request: 'GET /optional', token: READ, expected: GRANTED },
  {
    name: 'optional: a token without the scope',
    request: 'GET /optional',
    token: { scope: 'reports:read' },
    expected: [403, 'insufficient_scope'],
  },
  {
    name: 'optional: an expired token is not anonymous',
    request: 'GET /optional',
    token: { ...READ, expiresInSeconds: -60 },
    expected: [401, 'token_expired'],
  },
  {
    name: 'optional: rubbish is not anonymous',
    request: 'GET /optional',
    headers: ['Authorization: Bearer rubbish'],
    expected: [401, 'token_malformed'],
  },
  {
    name: 'optional: an empty header is not anonymous',
    request: 'GET /optional',
    headers: ['Authorization:'],
    expected: MALFORMED,
  },
  {
    name: 'optional: another scheme is not anonymous',
    request: 'GET /optional',
    headers: ['Authorization: Basic dTpw'],
    expected: OTHER_SCHEME,
  },
  {
    name: 'optional: two headers are not anonymous',
    request: 'GET /optional',
    headers: ['Authorization: Bearer x', 'Authorization: Bearer x'],
    expected: DUPLICATED,
  },
  {
    name: 'optional: a token in the query alone is anonymous',
    request: 'GET /optional-any?access_token={token}',
    token: READ,
    headers: [],
    expected: GRANTED,
  },
  { name: 'public: no credentials', request: 'GET /public', expected: GRANTED },
  { name: 'public: a token says nothing', request: 'GET /public', token: READ, expected: GRANTED },
  {
    name: 'public: an expired token is of no interest',
    request: 'GET /public',
    token: { ...READ, expiresInSeconds: -60 },
    expected: GRANTED,
  },
  {
    name: 'public: two malformed headers are of no interest',
    request: 'GET /public',
    headers: ['Authorization: x', 'Authorization: y'],
    expected: GRANTED,
  },
]
