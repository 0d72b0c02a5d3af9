import { expect, test } from 'vitest'
import { acceptClaims } from '../../src/claims/accept-claims.ts'
import { refuseBound } from '../../src/sender/refuse-bound.ts'
import { refusalOf } from '../support/refusals.ts'
import { NOW } from '../support/tokens.ts'
import { stageOptions, verifiedToken } from '../support/verified.ts'

const accepted = (cnf?: unknown) => acceptClaims(verifiedToken({ cnf }), stageOptions(), NOW * 1000)

test.each<[string, unknown]>([
  ['a DPoP key (RFC 9449 section 6.1)', { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' }],
  ['a certificate (RFC 8705 section 3.1)', { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' }],
  ['a method that nobody knows', { unheard: 1 }],
  ['nothing', {}],
  ['null', null],
  ['a string', 'bound'],
])('a token that is bound to %s is never taken as a bearer token (RFC 9449 section 7.2)', (_name, cnf) => {
  expect(refuseBound(accepted())).toMatchObject({ clientId: 'nightly-import' })
  expect(refusalOf(() => refuseBound(accepted(cnf)))).toEqual({
    code: 'sender_constraint_unsupported',
    detail: undefined,
  })
})
