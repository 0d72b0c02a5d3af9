import { expect } from 'vitest'
import { createRig, refused } from '../../outage/support.ts'

export interface Freshness {
  /** As the table names it. */
  readonly cacheControl: string
  readonly maxAgeSeconds: number | null
  /** By which the experiment goes on: the longer keys are kept, the longer. */
  readonly stepSeconds: number
}

export interface FreshnessRow {
  readonly freshSeconds: number
  readonly requestsInTenMinutes: number
  /** How long a key that was withdrawn just after a fetch still counts, with steady traffic. */
  readonly withdrawnAfterSeconds: number
}

export const FRESHNESS: readonly Freshness[] = [
  { cacheControl: '`max-age=0`', maxAgeSeconds: 0, stepSeconds: 1 },
  { cacheControl: 'none', maxAgeSeconds: null, stepSeconds: 1 },
  { cacheControl: '`max-age=315360000`, ten years', maxAgeSeconds: 315_360_000, stepSeconds: 120 },
]

const TEN_MINUTES = 600
const TWO_DAYS = 172_800

export async function runFreshness({ maxAgeSeconds, stepSeconds }: Freshness): Promise<FreshnessRow> {
  const { clock, now, issuer, token, ask, settled, fetches, events } = await createRig({
    issuer: { keySetMaxAgeSeconds: maxAgeSeconds },
  })
  const [remembered, underNewKey] = [await token(), await issuer.rotateKeys().then(() => token())]
  expect(await ask(remembered)).toBe('granted')
  const [first] = events
  issuer.withdrawKey('key-1')
  const fetchesBefore = fetches.length
  let [requestsInTenMinutes, withdrawnAfterSeconds] = [0, 0]
  while (now() < TEN_MINUTES || withdrawnAfterSeconds === 0) {
    expect(now(), 'a withdrawn key still counts').toBeLessThan(TWO_DAYS)
    clock.advance({ seconds: stepSeconds })
    expect(await ask(underNewKey)).toBe('granted')
    await settled()
    if (now() <= TEN_MINUTES) requestsInTenMinutes = fetches.length - fetchesBefore
    if (withdrawnAfterSeconds !== 0) continue // asked again, it would cause fetches of its own
    const verdict = await ask(remembered)
    if (verdict === 'granted') continue
    expect(verdict).toEqual(refused('key_unknown'))
    withdrawnAfterSeconds = now()
  }
  const freshSeconds = first?.outcome === 'refreshed' ? first.freshSeconds : Number.NaN
  return { freshSeconds, requestsInTenMinutes, withdrawnAfterSeconds }
}
