import { describe, expect, test } from 'vitest'
import { createRevocationList } from '../../src/revocation/create-revocation-list.ts'
import { AS_USER, accessWith } from '../support/callers.ts'
import { misuseOf } from '../support/refusals.ts'
import { NOW } from '../support/tokens.ts'

const list = (options = {}) => createRevocationList({ clock: () => NOW * 1000, ...options })

test('an access can be asked about, and is revoked from the call on that revokes it', () => {
  const revocation = list()
  const [service, user] = [accessWith([]), accessWith([], { ...AS_USER, jti: 'token-2', client_id: 'app' })]
  expect([service, user].map(access => revocation.verdictOn(access))).toEqual(['not_revoked', 'not_revoked'])
  revocation.revoke({ clientId: 'nightly-import' })
  expect([service, user].map(access => revocation.verdictOn(access))).toEqual(['revoked', 'not_revoked'])
  revocation.revoke({ tokenId: 'token-2' })
  expect([service, user].map(access => revocation.verdictOn(access))).toEqual(['revoked', 'revoked'])
})

test('lists know nothing of each other', () => {
  const [one, other] = [list(), list()]
  one.revoke({ clientId: 'nightly-import' })
  expect(other.verdictOn(accessWith([]))).toBe('not_revoked')
})

test('nobody can exchange what a list answers', () => {
  expect(Object.isFrozen(list())).toBe(true)
})

test('a revocation that cannot be kept throws, so that nobody takes it for done', () => {
  const revocation = list({ maxEntries: 1 })
  revocation.revoke({ clientId: 'a' })
  expect(() => revocation.revoke({ clientId: 'nightly-import' })).toThrow(RangeError)
  expect(misuseOf(() => revocation.revoke({} as never)).code).toBe('option_missing')
  expect(revocation.verdictOn(accessWith([]))).toBe('not_revoked')
})

describe('options', () => {
  test.each<[unknown, string, string]>([
    [null, 'option_invalid', 'createRevocationList() takes an options object, or none.'],
    ['x', 'option_invalid', 'createRevocationList() takes an options object, or none.'],
    [{ retain: 1 }, 'option_unknown', 'createRevocationList() has no option "retain". Did you mean "retainSeconds"?'],
    [
      { maxEntries: 0 },
      'option_invalid',
      'Option "maxEntries" must be a whole number from 1 to 10000000 (default 100000), not 0.',
    ],
    [
      { retainSeconds: 59 },
      'option_invalid',
      'Option "retainSeconds" must be a number from 60 to 31536000 (default 2592000), not 59.',
    ],
    [
      { retainSeconds: Number.NaN },
      'option_invalid',
      'Option "retainSeconds" must be a number from 60 to 31536000 (default 2592000), not NaN.',
    ],
    [{ clock: 1 }, 'option_invalid', 'Option "clock" must be a function, not 1.'],
  ])('%j', (options, code, message) => {
    expect(misuseOf(() => createRevocationList(options as never))).toEqual({ code, message })
  })

  test('none are needed, and tokens of 30 days are accepted then', () => {
    const revocation = createRevocationList()
    const now = Math.floor(Date.now() / 1000)
    const token = { issuer: 'i', clientId: 'c', subject: 's', claims: { iat: now } }
    expect(revocation.verdictOn({ ...token, expiresAt: now + 2_592_000 })).toBe('not_revoked')
    expect(revocation.verdictOn({ ...token, expiresAt: now + 2_592_001 })).toBe('revoked')
  })
})
