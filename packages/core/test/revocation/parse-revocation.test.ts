import { describe, expect, test } from 'vitest'
import { type ParsedRevocation, parseRevocation, type Revocation } from '../../src/revocation/parse-revocation.ts'
import { misuseOf } from '../support/refusals.ts'
import { ISSUER, NOW } from '../support/tokens.ts'

const RETAIN = 3600
const parse = (revocation: unknown): ParsedRevocation =>
  parseRevocation(revocation as Revocation, { retainSeconds: RETAIN, clock: () => NOW * 1000 })
const misuse = (revocation: unknown) => misuseOf(() => parse(revocation))
/** Tokens are accepted for a while beyond their times, so revocations are kept for 10 minutes more. */
const LAST = (NOW + RETAIN + 600) * 1000

describe('what is revoked, and until when that is kept', () => {
  const before = new Date((NOW - 60) * 1000)
  const ahead = new Date((NOW + 600) * 1000)
  test.each<[string, Revocation, ParsedRevocation]>([
    [
      'one token',
      { tokenId: 't' },
      { issuer: undefined, kind: 'token', value: 't', issuedBefore: Number.MAX_SAFE_INTEGER, expiresAt: LAST },
    ],
    [
      'one token of an issuer',
      { tokenId: 't', issuer: ISSUER },
      { issuer: ISSUER, kind: 'token', value: 't', issuedBefore: Number.MAX_SAFE_INTEGER, expiresAt: LAST },
    ],
    [
      'the tokens of a client, those of the next 5 seconds too: clocks differ',
      { clientId: 'c' },
      { issuer: undefined, kind: 'client', value: 'c', issuedBefore: NOW * 1000 + 5000, expiresAt: LAST + 5000 },
    ],
    [
      'the tokens of a client that are older than a moment',
      { clientId: 'c', issuedBefore: before },
      { issuer: undefined, kind: 'client', value: 'c', issuedBefore: before.getTime(), expiresAt: LAST },
    ],
    [
      'the tokens of a client up to a moment to come: kept from then on',
      { clientId: 'c', issuedBefore: ahead },
      { issuer: undefined, kind: 'client', value: 'c', issuedBefore: ahead.getTime(), expiresAt: LAST + 600_000 },
    ],
    [
      'the tokens of a subject',
      { subject: 's', issuer: ISSUER, issuedBefore: before },
      { issuer: ISSUER, kind: 'subject', value: 's', issuedBefore: before.getTime(), expiresAt: LAST },
    ],
    [
      'all tokens',
      { issuedBefore: before },
      { issuer: undefined, kind: 'all', value: '', issuedBefore: before.getTime(), expiresAt: LAST },
    ],
    [
      'all tokens of an issuer',
      { issuer: ISSUER, issuedBefore: before },
      { issuer: ISSUER, kind: 'all', value: '', issuedBefore: before.getTime(), expiresAt: LAST },
    ],
    [
      'members that are undefined are not there',
      { tokenId: 't', clientId: undefined, subject: undefined, issuer: undefined, issuedBefore: undefined } as never,
      { issuer: undefined, kind: 'token', value: 't', issuedBefore: Number.MAX_SAFE_INTEGER, expiresAt: LAST },
    ],
  ])('%s', (_name, revocation, parsed) => {
    expect(parse(revocation)).toEqual(parsed)
    expect(Object.isFrozen(parse(revocation))).toBe(true)
    // It is sent to other processes.
    expect(JSON.parse(JSON.stringify(parsed))).toMatchObject({ kind: parsed.kind, issuedBefore: parsed.issuedBefore })
  })

  test('a Date that is changed afterwards changes nothing', () => {
    const moment = new Date((NOW - 60) * 1000)
    const parsed = parse({ clientId: 'c', issuedBefore: moment })
    moment.setTime(0)
    expect(parsed.issuedBefore).toBe((NOW - 60) * 1000)
  })
})

const NOTHING =
  'revoke() must be told what: { tokenId }, { clientId }, { subject }, or { issuedBefore } for all tokens.'

describe('a slip never revokes everything, and nothing less than what was meant', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a string', 'client'],
    ['a list', [{ clientId: 'c' }]],
    ['an empty object', {}],
    ['an issuer alone', { issuer: ISSUER }],
    ['a client that is undefined', { clientId: undefined }],
  ])('%s names nothing', (_name, revocation) => {
    expect(misuse(revocation)).toEqual({ code: 'option_missing', message: NOTHING })
  })

  test.each<[unknown, string]>([
    [{ client: 'c' }, 'revoke() has no option "client". Did you mean "clientId"?'],
    [{ tokenID: 't' }, 'revoke() has no option "tokenID". Did you mean "tokenId"?'],
    [
      { clientId: 'c', before: new Date() },
      'revoke() has no option "before". Known: issuer, tokenId, clientId, subject, issuedBefore.',
    ],
  ])('%j has an unknown member', (revocation, message) => {
    expect(misuse(revocation)).toEqual({ code: 'option_unknown', message })
  })

  test.each<[unknown, string]>([
    [{ tokenId: 't', clientId: 'c' }, 'tokenId and clientId'],
    [{ clientId: 'c', subject: 's' }, 'clientId and subject'],
    [{ tokenId: 't', clientId: 'c', subject: 's' }, 'tokenId and clientId and subject'],
  ])('%j names several, and could mean either or both', (revocation, names) => {
    expect(misuse(revocation)).toEqual({
      code: 'option_conflict',
      message: `revoke() takes one of tokenId, clientId and subject at a time, not ${names}.`,
    })
  })

  test('one token has no moment', () => {
    expect(misuse({ tokenId: 't', issuedBefore: new Date() })).toEqual({
      code: 'option_conflict',
      message: 'revoke({ tokenId }) takes back one token: leave out issuedBefore.',
    })
  })

  test.each(['tokenId', 'clientId', 'subject', 'issuer'])('%s is a non-empty string', name => {
    for (const [value, shown] of [
      ['', '""'],
      [null, 'null'],
      [1, '1'],
      [['a'], 'an array'],
      [{}, 'an object'],
    ]) {
      expect(
        misuse({
          clientId: 'c',
          [name]: value,
          ...(name !== 'issuer' && name !== 'clientId' && { clientId: undefined }),
        }),
      ).toEqual({
        code: 'option_invalid',
        message: `revoke(): "${name}" must be a non-empty string, not ${shown}.`,
      })
    }
  })

  test.each<[unknown, string]>([
    [NOW, String(NOW)],
    [NOW * 1000, String(NOW * 1000)],
    ['2026-01-01', '"2026-01-01"'],
    [null, 'null'],
    [new Date('x'), 'an object'],
    [{ getTime: () => 0 }, 'an object'],
  ])('issuedBefore %j is no valid Date', (issuedBefore, shown) => {
    expect(misuse({ clientId: 'c', issuedBefore })).toEqual({
      code: 'option_invalid',
      message: `revoke() for a client: "issuedBefore" must be a valid Date, not ${shown}.`,
    })
    expect(misuse({ issuedBefore }).message).toBe(
      `revoke() for all tokens: "issuedBefore" must be a valid Date, not ${shown}.`,
    )
  })
})
