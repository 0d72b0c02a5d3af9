import type { DenialCode, RejectionDetail } from '@scopeward/core'
import { NOW } from './honest.ts'
import { factsOf, type JsonFacts } from './json-facts.ts'
import { hasByteOrderMark, type TokenView, withoutByteOrderMark } from './token-view.ts'

/** Something that we refuse and both references let pass, on purpose. */
export interface StricterRule {
  readonly name: string
  readonly code: DenialCode
  /** An RFC, or why we go beyond all of them. */
  readonly reason: string
  /**
   * Where the token breaks the rule: the claim, header parameter or part that our refusal names, `undefined` where it names
   * none. Found out without the product. Nothing where the token keeps the rule, and then this rule cannot be why we refuse.
   */
  readonly breaches: (token: TokenView) => readonly (string | undefined)[]
}

export function ruleFor(code: DenialCode, detail: RejectionDetail, token: TokenView): StricterRule | undefined {
  const place = detail.claim ?? detail.parameter ?? detail.part
  return STRICTER_RULES.find(rule => rule.code === code && rule.breaches(token).some(breach => isAt(place, breach)))
}

function isAt(place: unknown, breach: string | undefined): boolean {
  return breach === undefined || breach === place
}

/** 9999-12-31T23:59:59Z, the last moment that a date of four digits can name. */
const LAST_SECOND = 253_402_300_799
const MAX_VALUES = 1000
const MAX_DEPTH = 32
const MAX_LENGTH = 16_384

export const STRICTER_RULES: readonly StricterRule[] = [
  {
    name: 'a token has one spelling',
    code: 'token_malformed',
    reason: 'RFC 7515 section 2, RFC 4648 section 3.5: base64url without padding, white space and leftover bits',
    breaches: ({ text }) => once(!text.split('.').every(isCanonical)),
  },
  {
    name: 'a token is at most 16,384 characters long',
    code: 'token_too_large',
    reason: 'what Node lets through as headers; RFC 8725 section 3.3 asks to limit what is decoded',
    breaches: ({ text }) => once(text.length > MAX_LENGTH),
  },
  jsonRule('no byte order mark', 'RFC 8259 section 8.1', hasByteOrderMark),
  jsonRule('no name twice in one object', 'RFC 7515 section 4, RFC 7519 section 4', json => ofJson(json).repeatsName),
  jsonRule(
    'no name that cannot be written without escapes',
    'JSON.parse of Node 24 and 26 can misread one (nodejs/node#63785)',
    json => ofJson(json).hasEscapedName,
  ),
  jsonRule('no lone surrogates', 'RFC 8259 section 8.2', json => ofJson(json).hasLoneSurrogate),
  jsonRule('no numbers beyond every number', 'RFC 8259 section 6', json => ofJson(json).hasEndlessNumber),
  jsonRule('at most 32 levels', 'RFC 8259 section 9: parsers set limits', json => ofJson(json).depth > MAX_DEPTH),
  {
    name: 'no header parameter that changes what a token means',
    code: 'header_not_accepted',
    reason: 'RFC 7797 section 7 (b64), RFC 7516 section 4.1.3 (zip), RFC 7519 section 7.2 (cty)',
    breaches: ({ header }) => ['b64', 'zip', 'cty'].filter(parameter => Object.hasOwn(header, parameter)),
  },
  {
    name: 'iat is not in the future',
    code: 'token_issued_in_future',
    reason: 'RFC 7519 section 4.1.6: somebody prepared it, or the clocks differ',
    breaches: ({ claims }) => once(typeof claims.iat === 'number' && claims.iat > NOW),
  },
  claimRule('times between 1970 and 9999', ['exp', 'iat', 'nbf'], 'RFC 7519 section 2', isOutsideOfDates),
  claimRule('identifiers are not empty', ['sub', 'client_id', 'jti'], 'RFC 9068 section 2.2', value => value === ''),
  claimRule('each audience is a string', ['aud'], 'RFC 7519 section 4.1.3', hasOtherThanTexts),
  claimRule('scope is a list of scope tokens', ['scope'], 'RFC 8693 section 4.2', value => !isScope(value)),
  claimRule('roles and entitlements are names', ['roles', 'entitlements'], 'RFC 9068 section 2.2.3.1', isNoNameList),
  claimRule(
    'authorization_details are an array of typed objects',
    ['authorization_details'],
    'RFC 9396 section 2',
    value => !(Array.isArray(value) && value.every(isDetail)),
  ),
  {
    name: 'a bound token is no bearer token',
    code: 'sender_constraint_unsupported',
    reason:
      'RFC 9449 section 7.2: verify() has no request that could carry a proof; RFC 7800 lets go of unknown members',
    breaches: ({ claims }) => once(Object.hasOwn(claims, 'cnf')),
  },
]

function once(isBroken: boolean): readonly undefined[] {
  return isBroken ? [undefined] : []
}

function jsonRule(name: string, reason: string, isBad: (json: string) => boolean): StricterRule {
  const breaches: StricterRule['breaches'] = ({ json }) =>
    (['header', 'payload'] as const).filter(part => isBad(json[part]))
  return { name, code: 'token_json_invalid', reason, breaches }
}

function claimRule(
  name: string,
  names: readonly string[],
  reason: string,
  isBad: (value: unknown) => boolean,
): StricterRule {
  const breaches: StricterRule['breaches'] = ({ claims }) =>
    names.filter(claim => Object.hasOwn(claims, claim) && isBad(claims[claim]))
  return { name, code: 'claim_invalid', reason, breaches }
}

function ofJson(text: string): JsonFacts {
  return factsOf(withoutByteOrderMark(text))
}

/** Whole characters of the alphabet, and no bit beyond the last byte. */
function isCanonical(part: string): boolean {
  if (!/^[A-Za-z0-9_-]+$/.test(part) || part.length % 4 === 1) return false
  if (part.length % 4 === 2) return /[AQgw]$/.test(part)
  return part.length % 4 === 0 || /[AEIMQUYcgkosw048]$/.test(part)
}

function isOutsideOfDates(value: unknown): boolean {
  return typeof value === 'number' && (value < 0 || value > LAST_SECOND)
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every(item => typeof item === 'string')
}

function hasOtherThanTexts(value: unknown): boolean {
  return Array.isArray(value) && !isTextList(value)
}

function isScope(value: unknown): boolean {
  const grammar = /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/
  return typeof value === 'string' && grammar.test(value) && value.split(' ').length <= MAX_VALUES
}

function isNoNameList(value: unknown): boolean {
  const names: unknown = typeof value === 'string' ? value.split(' ') : value
  return !(Array.isArray(names) && isTextList(names) && !names.includes('') && names.length <= MAX_VALUES)
}

function isDetail(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const { type, identifier, locations, actions, datatypes, privileges } = value as Record<string, unknown>
  const lists = [locations, actions, datatypes, privileges].filter(list => list !== undefined)
  if (typeof type !== 'string' || type === '' || !lists.every(isTextList)) return false
  return identifier === undefined || typeof identifier === 'string'
}
