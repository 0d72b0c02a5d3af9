import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { acceptClaims } from '../../src/claims/accept-claims.ts'
import { Rejection } from '../../src/errors/rejection.ts'
import { isScopeToken } from '../../src/shared/scope-token.ts'
import { refusalOf } from '../support/refusals.ts'
import { NOW } from '../support/tokens.ts'
import { stageOptions, verifiedToken } from '../support/verified.ts'

const OPTIONS = stageOptions()
const scopesOf = (scope: string) => acceptClaims(verifiedToken({ scope }), OPTIONS, NOW * 1000).scopes
const named = (count: number) => Array.from({ length: count }, (_, i) => `s${i}`).join(' ')

describe('scope is a list of scope tokens with single spaces between them (RFC 8693 section 4.2, RFC 6749 section 3.3)', () => {
  test.each([
    ['controls:read', ['controls:read']],
    ['controls:read imports:write', ['controls:read', 'imports:write']],
    ['a a', ['a', 'a']],
    ['! # [ ] ~', ['!', '#', '[', ']', '~']],
    ['constructor __proto__', ['constructor', '__proto__']],
  ])('%j is accepted', (scope, scopes) => {
    expect(scopesOf(scope)).toEqual(scopes)
  })

  test.each([
    '',
    ' ',
    ' controls:read',
    'controls:read ',
    'controls:read  imports:write',
    'a\tb',
    'a\nb',
    'a,"b"',
    'a\\b',
    'controls:réad',
    'a\u00a0b',
    'a\0b',
    'a\x7f',
    '😀',
  ])('%j is refused', scope => {
    expect(scopesOf('controls:read')).toEqual(['controls:read'])
    expect(refusalOf(() => scopesOf(scope))).toEqual({ code: 'claim_invalid', detail: { claim: 'scope' } })
  })

  test('1000 scopes are accepted and 1001 are not', () => {
    expect(scopesOf(named(1000))).toHaveLength(1000)
    expect(refusalOf(() => scopesOf(named(1001)))).toEqual({ code: 'claim_invalid', detail: { claim: 'scope' } })
  })

  test('for any text the scopes are those that were written, or it is refused', () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom(' ', 'a', 'b', '"', '\\', '\t'), fc.string()),
      size: 'small',
    })
    fc.assert(
      fc.property(text, scope => {
        const parts = scope.split(' ')
        try {
          expect(scopesOf(scope)).toEqual(parts)
          expect(parts.every(part => isScopeToken(part))).toBe(true)
        } catch (error) {
          if (!(error instanceof Rejection)) throw error
          expect(parts.some(part => !isScopeToken(part))).toBe(true)
        }
      }),
    )
  })
})

test('a scope token is printable ASCII without space, quote and backslash, character by character (RFC 6749 section 3.3)', () => {
  const accepted = Array.from({ length: 300 }, (_, code) => String.fromCharCode(code)).filter(isScopeToken)
  const printable = Array.from({ length: 0x7e - 0x20 }, (_, i) => String.fromCharCode(0x21 + i))
  expect(accepted).toEqual(printable.filter(character => character !== '"' && character !== '\\'))
  expect(isScopeToken('')).toBe(false)
})
