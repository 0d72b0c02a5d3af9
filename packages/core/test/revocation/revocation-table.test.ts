import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RevocableToken } from '../../src/options/revocation-list.ts'
import { parseRevocation, type Revocation } from '../../src/revocation/parse-revocation.ts'
import { RevocationTable } from '../../src/revocation/revocation-table.ts'
import { ISSUER, type Members, NOW, settableClock } from '../support/tokens.ts'

const RETAIN = 3600
const OTHER_ISSUER = 'https://other.example.com'

function tableAt(seconds = NOW, maxEntries = 1000) {
  const clock = settableClock(seconds)
  const options = { maxEntries, retainSeconds: RETAIN, clock: clock.read }
  const table = new RevocationTable(options)
  const revoke = (revocation: Revocation) => table.add(parseRevocation(revocation, options))
  return { clock, table, revoke }
}

/** A token that was issued a minute ago; `undefined` takes a claim away. */
function token(changes: Partial<RevocableToken> = {}, claims: Members = {}): RevocableToken {
  const all = { jti: 't', iat: NOW - 60, ...claims }
  const own = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
  return {
    issuer: ISSUER,
    clientId: 'c',
    subject: 's',
    expiresAt: NOW + 600,
    claims: own as RevocableToken['claims'],
    ...changes,
  }
}

describe('which tokens a revocation covers', () => {
  const at = (offset: number) => new Date((NOW + offset) * 1000)
  test.each<[string, Revocation, RevocableToken, boolean]>([
    ['a token by its jti', { tokenId: 't' }, token(), true],
    ['of any issuer', { tokenId: 't' }, token({ issuer: OTHER_ISSUER }), true],
    ['of the named issuer', { tokenId: 't', issuer: ISSUER }, token(), true],
    ['and no other', { tokenId: 't', issuer: ISSUER }, token({ issuer: OTHER_ISSUER }), false],
    ['another token', { tokenId: 't' }, token({}, { jti: 'u' }), false],
    ['a token without jti', { tokenId: 't' }, token({}, { jti: undefined }), false],
    ['a token whose jti is no text', { tokenId: '1' }, token({}, { jti: 1 }), false],
    ['a token whose client is called so', { tokenId: 'c' }, token(), false],
    ['a token, whenever it was issued', { tokenId: 't' }, token({}, { iat: NOW + 300 }), true],
    ['a token that does not say when', { tokenId: 't' }, token({}, { iat: undefined }), true],
    ['those of a client', { clientId: 'c' }, token(), true],
    ['those of another client', { clientId: 'd' }, token(), false],
    ['a client whose subject is called so', { clientId: 's' }, token(), false],
    ['a client of the named issuer', { clientId: 'c', issuer: ISSUER }, token(), true],
    ['a client of that name elsewhere', { clientId: 'c', issuer: ISSUER }, token({ issuer: OTHER_ISSUER }), false],
    ['those of a subject', { subject: 's' }, token(), true],
    ['those of another subject', { subject: 'c' }, token(), false],
    ['all', { issuedBefore: at(0) }, token(), true],
    ['all of an issuer', { issuedBefore: at(0), issuer: ISSUER }, token(), true],
    ['all of another issuer', { issuedBefore: at(0), issuer: OTHER_ISSUER }, token(), false],
    ['issued before the moment', { clientId: 'c', issuedBefore: at(-59) }, token(), true],
    ['issued at the moment', { clientId: 'c', issuedBefore: at(-60) }, token(), false],
    ['issued after it', { clientId: 'c', issuedBefore: at(-61) }, token(), false],
    ['issued in the same second, as far as iat says', { clientId: 'c', issuedBefore: at(-59.5) }, token(), true],
    ['a client, issued just now by a clock that is ahead', { clientId: 'c' }, token({}, { iat: NOW + 4 }), true],
    ['a client, issued later', { clientId: 'c' }, token({}, { iat: NOW + 5 }), false],
    ['a client, and no iat', { clientId: 'c', issuedBefore: at(-600) }, token({}, { iat: undefined }), true],
    [
      'a client, and an iat that is no number',
      { clientId: 'c', issuedBefore: at(-600) },
      token({}, { iat: String(NOW) }),
      true,
    ],
    ['all, and no iat', { issuedBefore: at(-600) }, token({}, { iat: undefined }), true],
  ])('%s', (_name, revocation, presented, covered) => {
    const { table, revoke } = tableAt()
    expect(table.covers(presented)).toBe(false)
    revoke(revocation)
    expect(table.covers(presented)).toBe(covered)
    expect([table.size, [...table.entries()].length]).toEqual([1, 1])
  })

  test('names of the prototype are names like others', () => {
    const { table, revoke } = tableAt()
    for (const name of ['constructor', '__proto__', 'toString']) {
      expect(table.covers(token({ clientId: name, subject: name }))).toBe(false)
      expect(table.covers(token({}, { jti: undefined }))).toBe(false)
      revoke({ clientId: name })
      expect(table.covers(token({ clientId: name }))).toBe(true)
    }
  })
})

describe('of two revocations for the same tokens the one that reaches further holds', () => {
  test.each<[string, number, number]>([
    ['the first', 0, -100],
    ['the second', -100, 0],
  ])('%s', (_name, first, second) => {
    const { table, revoke } = tableAt()
    for (const offset of [first, second]) revoke({ clientId: 'c', issuedBefore: new Date((NOW + offset) * 1000) })
    expect(table.covers(token())).toBe(true)
    expect(table.size).toBe(1)
  })

  test.each<[string, number, number]>([
    ['the one that reaches further first', NOW + 600, NOW - 600],
    ['the one that reaches further last', NOW - 600, NOW + 600],
  ])('it is kept for as long as either must be: %s', (_name, first, second) => {
    const { clock, table, revoke } = tableAt(NOW, 1)
    revoke({ clientId: 'c', issuedBefore: new Date(first * 1000) })
    clock.seconds = NOW + 60
    revoke({ clientId: 'c', issuedBefore: new Date(second * 1000) })
    expect([...table.entries()]).toEqual([
      {
        issuer: undefined,
        kind: 'client',
        value: 'c',
        issuedBefore: (NOW + 600) * 1000,
        expiresAt: (NOW + 600 + RETAIN + 600) * 1000,
      },
    ])
  })

  test('a token that is revoked again is kept from then on', () => {
    const { clock, table, revoke } = tableAt()
    revoke({ tokenId: 't' })
    clock.seconds = NOW + 60
    revoke({ tokenId: 't' })
    expect([...table.entries()].map(({ expiresAt }) => expiresAt)).toEqual([(NOW + 60 + RETAIN + 600) * 1000])
  })

  test('one for every issuer and one for a single issuer stand side by side', () => {
    const { table, revoke } = tableAt()
    revoke({ clientId: 'c', issuedBefore: new Date((NOW - 100) * 1000) })
    revoke({ clientId: 'c', issuer: ISSUER, issuedBefore: new Date(NOW * 1000) })
    expect([table.covers(token()), table.covers(token({ issuer: OTHER_ISSUER })), table.size]).toEqual([true, false, 2])
  })
})

describe('a token that lives longer than revocations are kept is refused: its revocation could be forgotten first', () => {
  test.each<[string, RevocableToken, boolean]>([
    ['as long as they are kept', token({ expiresAt: NOW - 60 + RETAIN }), false],
    ['a second longer', token({ expiresAt: NOW - 59 + RETAIN }), true],
    ['for ever', token({ expiresAt: Number.MAX_SAFE_INTEGER }), true],
    ['without iat: as long, from now on', token({ expiresAt: NOW + RETAIN }, { iat: undefined }), false],
    ['without iat: a second longer', token({ expiresAt: NOW + RETAIN + 1 }, { iat: undefined }), true],
    ['with an expiry that is no number', token({ expiresAt: Number.NaN }), true],
  ])('%s', (_name, presented, refused) => {
    const { table, revoke } = tableAt()
    expect(table.covers(presented)).toBe(refused)
    revoke({ clientId: 'somebody else' })
    expect(table.covers(presented)).toBe(refused)
  })
})

describe('bounded: a full table drops nothing that still holds', () => {
  test('it throws, and what it knew it still knows', () => {
    const { table, revoke } = tableAt(NOW, 3)
    for (const clientId of ['a', 'b', 'c']) revoke({ clientId })
    expect(() => revoke({ clientId: 'd' })).toThrow(RangeError)
    expect(table.covers(token())).toBe(true)
    expect(table.covers(token({ clientId: 'd' }))).toBe(false)
    expect(table.size).toBe(3)
  })

  test('one that it knows can be made to reach further all the same', () => {
    const { table, revoke } = tableAt(NOW, 1)
    revoke({ clientId: 'c', issuedBefore: new Date((NOW - 100) * 1000) })
    expect(table.covers(token())).toBe(false)
    revoke({ clientId: 'c' })
    expect([table.covers(token()), table.size]).toEqual([true, 1])
  })

  test('expired ones make room, and only those', () => {
    const { clock, table, revoke } = tableAt(NOW, 3)
    revoke({ tokenId: 'a' })
    revoke({ tokenId: 'b', issuer: ISSUER })
    clock.seconds = NOW + 60
    revoke({ tokenId: 'c' })
    clock.seconds = NOW + RETAIN + 600 - 0.001
    expect(() => revoke({ tokenId: 'd' })).toThrow('There are 3 revocations already, as many as "maxEntries" allows.')
    clock.seconds = NOW + RETAIN + 600
    revoke({ tokenId: 'd' })
    expect([...table.entries()].map(({ value }) => value).sort()).toEqual(['c', 'd'])
    expect(table.size).toBe(2)
  })
})

test('for any revocations: a token is covered exactly where one of them is about it and reaches it', () => {
  const names = fc.constantFrom('a', 'b')
  const issuers = fc.constantFrom<string | undefined>(undefined, ISSUER, OTHER_ISSUER)
  const moment = fc.integer({ min: -5, max: 5 })
  const revocation = fc.record({
    kind: fc.constantFrom('tokenId', 'clientId', 'subject', 'all'),
    name: names,
    issuer: issuers,
    offset: moment,
  })
  const presented = fc.record({
    jti: names,
    clientId: names,
    subject: names,
    issuer: fc.constantFrom(ISSUER, OTHER_ISSUER),
    iat: fc.oneof(moment, fc.constant(undefined)),
  })
  fc.assert(
    fc.property(
      fc.array(revocation, { maxLength: 6 }),
      presented,
      (revocations, { jti, clientId, subject, issuer, iat }) => {
        const { table, revoke } = tableAt()
        for (const { kind, name, issuer: of, offset } of revocations) {
          const issuedBefore = new Date((NOW + offset) * 1000)
          const what =
            kind === 'all' ? { issuedBefore } : kind === 'tokenId' ? { tokenId: name } : { [kind]: name, issuedBefore }
          revoke({ ...what, ...(of !== undefined && { issuer: of }) })
        }
        const expected = revocations.some(each => {
          const names: Record<string, string> = { tokenId: jti, clientId, subject, all: each.name }
          const isAbout = names[each.kind] === each.name && (each.issuer === undefined || each.issuer === issuer)
          return isAbout && (each.kind === 'tokenId' || iat === undefined || iat < each.offset)
        })
        const claims = { jti, iat: iat === undefined ? undefined : NOW + iat }
        expect(table.covers(token({ clientId, subject, issuer }, claims))).toBe(expected)
      },
    ),
    { numRuns: 500 },
  )
})
