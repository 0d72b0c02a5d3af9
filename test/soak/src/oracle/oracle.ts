import type { Knowledge, RefreshLog } from '../issuers/refresh-log.ts'
import { CLOCK_TOLERANCE_SECONDS, REFRESH_COOLDOWN_SECONDS, type Route } from '../rules.ts'
import type { Proof } from '../tokens/proof-key.ts'
import type { Revocations } from '../tokens/revocations.ts'
import type { Token } from '../tokens/token.ts'
import type { Pulse } from './pulse.ts'
import type { ExpectedOfToken, Shot } from './shot.ts'
import { type Answer, isAnswerFor, type Verdict } from './wire.ts'

/** When a request was sent, and when its answer was there. Milliseconds since the epoch. */
export interface Period {
  readonly from: number
  readonly to: number
}

export interface Judgement {
  /** All that would have been right; more than one within a window of uncertainty. */
  readonly right: readonly Verdict[]
  /** `undefined`: the answer is wrong. */
  readonly verdict: Verdict | undefined
  /** What is wrong beside the answer itself. */
  readonly complaint: string | undefined
}

/** Two processes read the same clock, which counts in milliseconds. */
const CLOCK_MARGIN_MILLISECONDS = 2
/** From the request that causes it until the issuer has heard of it and has answered. */
const LONGEST_FETCH_MILLISECONDS = 1000
const TOLERANCE_MILLISECONDS = CLOCK_TOLERANCE_SECONDS * 1000
/** Answers for which the server never waits for anybody. */
const NEEDS_NOTHING: readonly Verdict[] = ['anonymous', 'token_expired', 'audience_mismatch', 'issuer_not_trusted']

/** Knows the right answer to every request, from what was done to tokens, keys, issuers and proofs and when. */
export class Oracle {
  readonly #revocations: Revocations
  readonly #pulse: Pulse

  constructor(revocations: Revocations, pulse: Pulse) {
    this.#revocations = revocations
    this.#pulse = pulse
  }

  judge(shot: Shot, answer: Answer, period: Period): Judgement {
    const { route, expected } = shot
    if (expected.kind === 'token') return this.#judgeToken(shot, expected, answer, period)
    const verdict = isAnswerFor(expected.verdict, answer, route, undefined) ? expected.verdict : undefined
    this.#feelPulse(verdict, period)
    return { right: [expected.verdict], verdict, complaint: undefined }
  }

  #judgeToken(
    { framework, route }: Shot,
    { token, proof }: ExpectedOfToken,
    answer: Answer,
    period: Period,
  ): Judgement {
    const log = token.issuer.logOf(`${framework}-${route.sender}`)
    const known = log.between(period.from, period.to)
    const rightWith = (knowledge: readonly Knowledge[]): readonly Verdict[] =>
      this.#rightFor(route, token, proof, knowledge, period)
    const find = (among: readonly Verdict[]): Verdict | undefined =>
      among.find(each => isAnswerFor(each, answer, route, token))
    const right = rightWith(known)
    const verdict = find(right)
    if (right.length > 1 && known.length > 1) {
      log.witness(
        known.filter(state => find(rightWith([state])) !== undefined),
        period.to,
      )
    }
    const used = proof && useProof(proof, verdict, period)
    const hasKeysFetched = verdict === 'key_unknown' || verdict === 'signature_invalid'
    const isExcused = !hasKeysFetched || token.issuer.isTroubledAt(period.from)
    const neglected = isExcused ? undefined : complainOfKeys(log, period, this.#pulse.marginMilliseconds)
    if (right.length === 1) this.#feelPulse(verdict, period)
    return { right, verdict, complaint: used ?? neglected }
  }

  #feelPulse(verdict: Verdict | undefined, { from, to }: Period): void {
    if (verdict !== undefined && NEEDS_NOTHING.includes(verdict)) this.#pulse.add(to, to - from)
  }

  /** In the order of the library's stages: each may refuse, let pass, or, where nobody can tell, both. */
  #rightFor(
    { sender, scope }: Route,
    token: Token,
    proof: Proof | undefined,
    known: readonly Knowledge[],
    period: Period,
  ): readonly Verdict[] {
    const stages: readonly (() => Stage)[] = [
      () => notExpired(token, period),
      () => knownKey(token, known),
      () => begun(token, period),
      () => (sender === 'dpop' || token.boundTo === undefined ? PASS : refuse('sender_constraint_unsupported')),
      () => notRevoked(this.#revocations.stateOf(token, period.from, period.to)),
      () => (sender === 'dpop' ? proven(token, proof, period) : PASS),
      () => (scope === undefined || token.scopes.includes(scope) ? PASS : refuse('insufficient_scope')),
    ]
    const right = new Set<Verdict>()
    for (const stage of stages) {
      const { refusals, mayPass } = stage()
      for (const refusal of refusals) right.add(refusal)
      if (!mayPass) return [...right]
    }
    return [...right, 'granted']
  }
}

interface Stage {
  readonly refusals: readonly Verdict[]
  readonly mayPass: boolean
}

const PASS: Stage = { refusals: [], mayPass: true }
const refuse = (refusal: Verdict): Stage => ({ refusals: [refusal], mayPass: false })
const perhaps = (refusal: Verdict): Stage => ({ refusals: [refusal], mayPass: true })

function notExpired({ expires }: Token, { from, to }: Period): Stage {
  const end = expires + TOLERANCE_MILLISECONDS
  if (from - CLOCK_MARGIN_MILLISECONDS >= end) return refuse('token_expired')
  return to + CLOCK_MARGIN_MILLISECONDS >= end ? perhaps('token_expired') : PASS
}

function begun({ begins }: Token, { from, to }: Period): Stage {
  const start = begins - TOLERANCE_MILLISECONDS
  if (to + CLOCK_MARGIN_MILLISECONDS < start) return refuse('token_not_yet_valid')
  return from - CLOCK_MARGIN_MILLISECONDS < start ? perhaps('token_not_yet_valid') : PASS
}

/** Keys are compared by identity: an issuer may put other key material under the same `kid`. */
function knownKey({ key, isGenuine }: Token, known: readonly Knowledge[]): Stage {
  const refusals = new Set<Verdict>()
  let mayPass = false
  for (const { keys, failing } of known) {
    if (keys.some(each => each === key)) {
      if (isGenuine) mayPass = true
      else refusals.add('signature_invalid')
    } else if (keys.some(({ kid, algorithm }) => kid === key.kid && algorithm === key.algorithm)) {
      refusals.add('signature_invalid')
    } else refusals.add(failing ? 'keys_unavailable' : 'key_unknown')
  }
  return { refusals: [...refusals], mayPass }
}

function notRevoked(state: 'no' | 'maybe' | 'yes'): Stage {
  if (state === 'yes') return refuse('token_revoked')
  return state === 'maybe' ? perhaps('token_revoked') : PASS
}

function proven({ boundTo }: Token, proof: Proof | undefined, { from, to }: Period): Stage {
  if (boundTo === undefined) return refuse('dpop_token_unbound')
  if (proof === undefined) return refuse('dpop_proof_missing')
  if (proof.key !== boundTo) return refuse('dpop_binding_mismatch')
  if (proof.grantedAt <= from) return refuse('dpop_proof_replayed')
  const others = proof.sentAt.filter(time => time <= to).length - 1
  return others > 0 ? perhaps('dpop_proof_replayed') : PASS
}

/** Of all requests with one proof exactly one gets in, unless something else was wrong with them. */
function useProof(proof: Proof, verdict: Verdict | undefined, { to }: Period): string | undefined {
  if (verdict === 'granted') {
    proof.grants++
    proof.grantedAt = Math.min(proof.grantedAt, to)
  }
  if (verdict === 'dpop_proof_replayed') proof.replays++
  if (proof.grants > 1) return `a proof got in ${proof.grants} times`
  return proof.wasLost ? 'a proof was called used, and nobody had got in with it' : undefined
}

/** Whoever is refused for a key that is not known, or for a signature, has the keys fetched, or somebody had them just now. */
function complainOfKeys(log: RefreshLog, { from, to }: Period, margin: number): string | undefined {
  const last = log.lastBefore(to)
  const earliest = from - REFRESH_COOLDOWN_SECONDS * 1000 - LONGEST_FETCH_MILLISECONDS - margin
  if (last !== undefined && last >= earliest) return undefined
  return `the keys were fetched last ${last === undefined ? 'never' : `${to - last} ms ago`}`
}
