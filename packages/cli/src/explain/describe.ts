import type { Requirement } from '@scopeward/core'
import { dateText, relativeText } from '../shared/duration.ts'
import { plainText, printable } from '../shared/printable.ts'
import type { SeenToken } from './seen-token.ts'
import type { VerifierSettings } from './settings.ts'
import type { StageName } from './stages.ts'
import type { Presented, Verdict } from './verify.ts'

/** Everything that is known about one check of one token. */
export interface Situation {
  readonly settings: VerifierSettings
  readonly presented: Presented
  readonly seen: SeenToken
  readonly verdict: Verdict
  readonly requirement: Requirement
}

/** For people: safe to print. */
export interface Comparison {
  readonly expected: string
  readonly found: string
}

/** What each stage compares. What is found is the token's own word until its signature held. */
export const COMPARISONS: Readonly<Record<StageName, (situation: Situation) => Comparison>> = {
  request: ({ presented }) => ({
    expected: 'Authorization with one token',
    found: presented.proof === undefined ? 'Bearer' : 'DPoP, with a proof',
  }),
  form: ({ seen }) => ({
    expected: 'three base64url parts, at most 16,384 characters',
    found: `${seen.form === 'opaque' ? 'text that is no JWT, ' : ''}${seen.length} characters`,
  }),
  header: ({ verdict }) => ({
    expected: 'no crit, b64, zip, cty; a short kid',
    found: named(verdict, 'header_not_accepted', 'parameter') ?? 'none of them',
  }),
  algorithm: ({ seen, settings }) => ({
    expected: `one of ${settings.algorithms.join(', ')}`,
    found: printable(seen.header?.alg),
  }),
  payload: ({ seen }) => ({
    expected: 'one strict JSON object',
    found: seen.claims === undefined ? 'something else' : 'a JSON object',
  }),
  issuer: ({ seen, settings }) => ({ expected: printable(settings.issuer), found: printable(seen.claims?.iss) }),
  active: ({ verdict }) => ({ expected: 'active: true', found: answerText(verdict) }),
  type: ({ seen, settings }) => ({
    expected: settings.profile.types.map(type => (type === null ? 'no typ' : printable(type))).join(' or '),
    found: seen.header?.typ === undefined ? 'no typ' : printable(seen.header.typ),
  }),
  audience: ({ seen, settings }) => ({
    expected: settings.audiences.map(audience => printable(audience)).join(' or '),
    found: printable(audienceOf(seen, settings)),
  }),
  expiry: ({ seen, settings }) => ({
    expected: `later than ${now(settings)}`,
    found: time(seen.claims?.exp, settings),
  }),
  key: ({ seen, verdict }) => ({
    expected: publishedText(verdict),
    found: seen.header?.kid === undefined ? 'no kid' : `kid ${printable(seen.header.kid)}`,
  }),
  signature: ({ seen }) => ({
    expected: 'signed by the key that the token names',
    found: `${plainText(String(seen.header?.alg ?? 'no'), 20)} signature`,
  }),
  begun: ({ seen, settings }) => ({
    expected: `nbf and iat not later than ${now(settings)} (${settings.clockToleranceSeconds} s allowed)`,
    found: `nbf ${time(seen.claims?.nbf, settings)}, iat ${time(seen.claims?.iat, settings)}`,
  }),
  kind: ({ settings, verdict }) => ({
    expected:
      settings.profile.refusedClaims.length === 0
        ? 'typ alone tells'
        : `no ${settings.profile.refusedClaims.join(', ')}`,
    found: named(verdict, 'claim_not_accepted', 'claim') ?? 'none',
  }),
  claims: compareClaims,
  binding: ({ seen, settings, verdict }) => ({
    expected: settings.profile.senderConstraintRequired === true ? 'a binding (cnf)' : 'none, or jkt and x5t#S256',
    found: `${membersOf(seen.claims?.cnf)}${verdict.code === 'sender_constraint_unsupported' ? `: ${reasonOf(verdict)}` : ''}`,
  }),
  sender: compareSender,
  requirement: compareRequirement,
}

function compareClaims({ settings, seen, verdict }: Situation): Comparison {
  const { requiredClaims, clientIdClaims, claimValues } = settings.profile
  const values = Object.entries(claimValues).map(([claim, list]) => `${claim} ${list.join(' or ')}`)
  const expected = [...requiredClaims, ...clientIdClaims.slice(0, 1), ...values]
  const claim = verdict.detail?.claim
  if (verdict.code === 'claim_missing')
    return { expected: expected.join(', '), found: `no ${plainText(String(claim))}` }
  if (verdict.code === 'claim_invalid') {
    return {
      expected: expected.join(', '),
      found: `${plainText(String(claim))} is ${printable(seen.claims?.[String(claim)])}`,
    }
  }
  return { expected: expected.join(', '), found: 'all of them' }
}

function compareSender({ presented, seen, verdict }: Situation): Comparison {
  const cnf = membersOf(seen.claims?.cnf)
  const expected = cnf === 'none' ? 'a bearer token' : `a proof of ${cnf}`
  const sent = [presented.proof && 'a DPoP proof', presented.certificate && 'a client certificate'].filter(Boolean)
  const check = verdict.detail?.check === undefined ? '' : ` (check ${verdict.detail.check}: ${reasonOf(verdict)})`
  return { expected, found: `${sent.join(' and ') || 'no proof'}${check}` }
}

function compareRequirement({ verdict, requirement }: Situation): Comparison {
  const { access } = verdict
  if (access === undefined) return { expected: plainText(verdict.requirement), found: 'not known yet' }
  const scopes = [...access.scopes]
  const has = leavesOf(requirement).map(leaf => `${access.has(leaf.requirement) ? '' : 'not '}${leaf.text}`)
  const carried = `scopes ${scopes.length === 0 ? 'none' : plainText(scopes.join(' '))}, kind ${access.kind}`
  return { expected: plainText(verdict.requirement), found: `${has.join(', ')} (${carried})` }
}

interface Leaf {
  readonly requirement: Requirement
  readonly text: string
}

/** The single conditions of a requirement, each as it is written. */
export function leavesOf(requirement: Requirement): readonly Leaf[] {
  if (typeof requirement === 'string') return [{ requirement, text: requirement }]
  switch (requirement.kind) {
    case 'allOf':
    case 'anyOf':
      return requirement.parts.flatMap(leavesOf)
    case 'role':
    case 'permission':
      return [{ requirement, text: plainText(`${requirement.kind}(${requirement.name})`) }]
    default:
      return [{ requirement, text: requirement.kind }]
  }
}

/** What is published, as it came from the issuer. */
export function publishedKeys({ answers }: Verdict): readonly Readonly<Record<string, unknown>>[] {
  const sets = answers.map(({ document }) => (document as { readonly keys?: unknown } | undefined)?.keys)
  const keys: readonly unknown[] = sets.findLast((set): set is unknown[] => Array.isArray(set)) ?? []
  return keys.filter((key): key is Record<string, unknown> => typeof key === 'object' && key !== null)
}

function publishedText(verdict: Verdict): string {
  const failure = verdict.keySet.find(event => event.outcome === 'failed')
  if (failure !== undefined) return `a key set: ${plainText(failure.reason, 300)}`
  const keys = publishedKeys(verdict)
  if (keys.length === 0) return 'a published key'
  return `one of ${keys.map(({ kid }) => (kid === undefined ? 'a key without kid' : printable(kid))).join(', ')}`
}

function answerText(verdict: Verdict): string {
  if (verdict.code === 'token_inactive') return 'active: false'
  return verdict.code === 'introspection_unavailable' ? (reasonOf(verdict) ?? 'no answer') : 'active: true'
}

export function reasonOf({ detail }: Verdict): string | undefined {
  return detail?.reason === undefined ? undefined : plainText(String(detail.reason))
}

function named({ code, detail }: Verdict, of: Verdict['code'], member: string): string | undefined {
  return code === of ? plainText(String(detail?.[member])) : undefined
}

function audienceOf({ claims }: SeenToken, { profile }: VerifierSettings): unknown {
  return claims?.[profile.audienceClaims.find(claim => claims[claim] !== undefined) ?? 'aud']
}

function membersOf(cnf: unknown): string {
  if (typeof cnf !== 'object' || cnf === null) return cnf === undefined ? 'none' : 'no object'
  return plainText(Object.keys(cnf).join(', ')) || 'an empty object'
}

function now({ clock }: VerifierSettings): string {
  return dateText(Math.floor(clock() / 1000)) ?? 'now'
}

function time(value: unknown, { clock }: VerifierSettings): string {
  const date = dateText(value)
  if (date === undefined) return value === undefined ? 'absent' : printable(value)
  return `${date} (${relativeText(value as number, clock() / 1000)})`
}
