import { DENIALS, type DenialCode } from '@scopeward/core'
import { shownMembers } from '../shared/printable.ts'
import { adviceFor } from './advice.ts'
import { COMPARISONS, type Situation } from './describe.ts'
import type { SeenToken } from './seen-token.ts'
import { failedStage, STAGES, type StageName, stagesFor } from './stages.ts'
import type { Verdict } from './verify.ts'

/** What `--json` prints. */
export interface ExplainReport {
  readonly verdict: 'accepted' | 'refused' | 'unavailable'
  readonly code: DenialCode | undefined
  readonly status: number | undefined
  /** What the API would tell the client. */
  readonly text: string | undefined
  readonly requirement: string
  readonly token: ReportedToken
  readonly checks: readonly ReportedCheck[]
  /** What to do about it, the most particular first. */
  readonly advice: readonly string[]
  readonly notes: readonly string[]
}

/** Never the signature, and never enough to be used. */
export interface ReportedToken {
  readonly preview: string
  readonly characters: number
  /** Whether header and claims were proven to come from the issuer. */
  readonly verified: boolean
  readonly header: Readonly<Record<string, unknown>> | undefined
  readonly claims: Readonly<Record<string, unknown>> | undefined
}

export interface ReportedCheck {
  readonly check: StageName
  readonly title: string
  /** `unavailable`: this is what could not be checked, which says nothing about the token. */
  readonly outcome: 'passed' | 'failed' | 'unavailable' | 'not reached'
  readonly expected: string
  /** `undefined` where nobody looked. */
  readonly found: string | undefined
  /** Whether what was found is known, or the token's own word. */
  readonly verified: boolean
  readonly section: string
}

export function reportOf(asked: Situation): ExplainReport {
  const situation = { ...asked, seen: { ...asked.seen, claims: claimsOf(asked) } }
  const { verdict, seen, settings } = situation
  const { code } = verdict
  const row = code === undefined ? undefined : DENIALS[code]
  const stages = stagesFor(settings.introspects, seen)
  const failed = failedStage(verdict, settings.profile, seen)
  const reached = failed === undefined ? stages.length : stages.indexOf(failed)
  const verified = reached > stages.indexOf(settings.introspects ? 'active' : 'signature')
  return {
    verdict: code === undefined ? 'accepted' : isUnavailable(verdict) ? 'unavailable' : 'refused',
    code,
    status: row?.status,
    text: row?.text,
    requirement: verdict.requirement,
    token: {
      preview: seen.preview,
      characters: seen.length,
      verified,
      header: seen.header,
      claims: seen.claims,
    },
    checks: stages.map((stage, index) => reportedCheck(stage, index - reached, verified, situation)),
    advice: adviceFor(situation),
    notes: settings.notes,
  }
}

function isUnavailable({ code }: Verdict): boolean {
  return code !== undefined && DENIALS[code].status === 503
}

/** Of an opaque token they are what its issuer told. */
function claimsOf({ verdict, seen, settings, presented }: Situation): SeenToken['claims'] {
  const told = settings.introspects ? verdict.answers.findLast(({ document }) => isToldOfToken(document)) : undefined
  return shownMembers(verdict.access?.claims ?? told?.document, presented.token) ?? seen.claims
}

function isToldOfToken(document: unknown): boolean {
  return typeof document === 'object' && document !== null && 'active' in document
}

/** Stages whose value stands in the token itself, so that it can be told before anybody looked at it. */
const READABLE: ReadonlySet<StageName> = new Set<StageName>([
  'algorithm',
  'issuer',
  'type',
  'audience',
  'expiry',
  'key',
  'begun',
])

/** Stages at which something else is looked at than what the token says. */
const NOT_OF_TOKEN: ReadonlySet<StageName> = new Set<StageName>(['request', 'form', 'active', 'signature', 'sender'])

function reportedCheck(check: StageName, distance: number, verified: boolean, situation: Situation): ReportedCheck {
  const [title, section] = STAGES[check]
  const failure = isUnavailable(situation.verdict) ? 'unavailable' : 'failed'
  const outcome = distance < 0 ? 'passed' : distance === 0 ? failure : 'not reached'
  const compared = COMPARISONS[check](situation)
  const isTold = distance <= 0 || (READABLE.has(check) && situation.seen.claims !== undefined)
  return {
    check,
    title,
    outcome,
    ...compared,
    found: isTold ? compared.found : undefined,
    verified: verified || NOT_OF_TOKEN.has(check),
    section,
  }
}
