import { METHODS } from '../routes.ts'
import { GRANTED, INSUFFICIENT, NO_CREDENTIALS, READ, type Row } from './row.ts'

/** HTTP6: every method is checked alike, those that the framework adds by itself among them. */
export const methodRows: readonly Row[] = [
  ...METHODS.flatMap((method): Row[] => [
    { name: `${method} with a token`, request: `${method} /methods`, token: READ, expected: GRANTED },
    { name: `${method} without a token`, request: `${method} /methods`, expected: NO_CREDENTIALS },
  ]),
  { name: 'HEAD of a GET route with a token', request: 'HEAD /read', token: READ, expected: GRANTED },
  { name: 'HEAD of a GET route without a token', request: 'HEAD /read', expected: NO_CREDENTIALS },
  {
    name: 'HEAD of a GET route without the scope',
    request: 'HEAD /read',
    token: { scope: 'reports:read' },
    expected: INSUFFICIENT,
  },
  {
    name: 'what looks like a CORS preflight is no exception',
    request: 'OPTIONS /methods',
    headers: [
      'Origin: https://app.example.com',
      'Access-Control-Request-Method: GET',
      'Access-Control-Request-Headers: authorization',
    ],
    expected: NO_CREDENTIALS,
  },
  {
    name: 'a method override changes nothing',
    request: 'POST /methods',
    headers: ['X-HTTP-Method-Override: OPTIONS', 'X-Method-Override: HEAD'],
    expected: NO_CREDENTIALS,
  },
  {
    name: 'a request to upgrade the connection is checked like any other',
    request: 'GET /read',
    headers: ['Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='],
    expected: NO_CREDENTIALS,
  },
  { name: 'HTTP/1.0 with a token', request: 'GET /read', token: READ, version: '1.0', expected: GRANTED },
  { name: 'HTTP/1.0 without a token', request: 'GET /read', version: '1.0', expected: NO_CREDENTIALS },
  {
    name: 'an encoded path segment with a token',
    request: 'GET /items/a%2Fb%20c',
    token: READ,
    expected: GRANTED,
  },
  { name: 'an encoded path segment without a token', request: 'GET /items/%61dmin', expected: NO_CREDENTIALS },
  { name: 'encoded dots are a segment like any other', request: 'GET /items/%2e%2e', expected: NO_CREDENTIALS },
  {
    name: 'an encoded parameter reaches the predicate decoded',
    request: 'GET /tenants/t%201',
    token: { claims: { tenant: 't 1' } },
    expected: GRANTED,
  },
]
