import { expect, test } from 'vitest'
import { createRig, type Rig, refused, unavailable } from './support.ts'

const FRESH_SECONDS = 600
const STALE_SECONDS = 3600

/** Ends with the clock at `second`; asks with a remembered token every second and with a new one every 20. */
async function liveUntil(second: number, { clock, now, token, ask, settled }: Rig, remembered: string): Promise<void> {
  while (now() < second) {
    clock.advance({ seconds: 1 })
    expect(ask(remembered), `remembered, ${now()} s`).toBe('granted')
    await settled()
    if (now() % 20 === 0) expect(await ask(await token()), `cold, ${now()} s`).toBe('granted')
  }
}

test('while the issuer is down, valid tokens under known keys are accepted for the whole stale window, with one fetch for each back-off step', async () => {
  const rig = await createRig()
  const { clock, now, issuer, token, ask, keySetFetches, events } = rig
  const remembered = await token()
  expect(await ask(remembered)).toBe('granted')
  issuer.setFault('down')
  await liveUntil(FRESH_SECONDS + STALE_SECONDS - 1, rig, remembered)
  const times = keySetFetches().slice(1)
  expect(times[0]).toBe(0.8 * FRESH_SECONDS)
  const steps = times.slice(1).map((time, index) => time - (times[index] as number))
  expect(steps).toEqual([5, 10, 20, 40, ...Array<number>(60).fill(60)].slice(0, steps.length))
  expect(steps.length).toBe(64)
  expect(issuer.requests).toMatchObject({ jwks: 66, metadata: 66, openidConfiguration: 65 })
  expect(events.slice(1).map(event => event.outcome === 'failed' && event.failures)).toEqual(times.map((_, i) => i + 1))

  clock.advance({ seconds: 1 })
  expect(now()).toBe(4200)
  expect(await ask(remembered)).toEqual(unavailable(15))
  expect(await ask(await token())).toEqual(unavailable(15))
  clock.advance({ seconds: 14 })
  expect(await ask(remembered)).toEqual(unavailable(1))
  clock.advance({ seconds: 1 })
  expect(await Promise.all([ask(remembered), ask(remembered)])).toEqual([unavailable(60), unavailable(60)])
  expect(keySetFetches().slice(-2)).toEqual([4155, 4215])

  issuer.setFault(undefined)
  clock.advance({ seconds: 60 })
  expect(await ask(remembered)).toBe('granted')
  expect(ask(remembered)).toBe('granted')
  expect(keySetFetches().at(-1)).toBe(4275)
})

test('while the issuer hangs, sparse requests with known keys are answered at once too', async () => {
  const { clock, now, issuer, token, ask, settled, keySetFetches } = await createRig({
    api: { fetchTimeoutSeconds: 0.25 }, // of the honest fetch too
  })
  const remembered = await token()
  expect(await ask(remembered)).toBe('granted')
  issuer.setFault('slow', 'jwks')
  while (now() < 970) {
    clock.advance({ seconds: 37 })
    expect(ask(remembered), `${now()} s`).toBe('granted')
    await settled()
  }
  // Every 74 seconds at last: the first request after the back-off of a minute.
  expect(keySetFetches().slice(-3)).toEqual([814, 888, 962])
})

test('a failure of long ago does not let a key be believed that was withdrawn meanwhile', async () => {
  const { clock, issuer, token, ask } = await createRig()
  const remembered = await token()
  expect(await ask(remembered)).toBe('granted')
  clock.advance({ seconds: 10 })
  issuer.setFault('down')
  expect(await ask(await issuer.forge('kid-unknown', { scope: 'controls:read' }))).toEqual(unavailable(5))
  issuer.setFault(undefined)
  await issuer.rotateKeys({ keepOld: false })
  clock.advance({ minutes: 50 })
  expect(await ask(remembered)).toEqual(refused('key_unknown'))
})

test('staleIfErrorSeconds: 0 accepts tokens as long as the keys are fresh and not a second longer', async () => {
  const rig = await createRig({ api: { staleIfErrorSeconds: 0 } })
  const { clock, issuer, token, ask, keySetFetches } = rig
  const remembered = await token()
  expect(await ask(remembered)).toBe('granted')
  issuer.setFault('down')
  await liveUntil(FRESH_SECONDS - 1, rig, remembered)
  clock.advance({ seconds: 1 })
  expect(await ask(remembered)).toEqual(unavailable(15))
  expect(await ask(await token())).toEqual(unavailable(15))
  expect(keySetFetches()).toEqual([0, 480, 485, 495, 515, 555])
  issuer.setFault(undefined)
  clock.advance({ seconds: 15 })
  expect(await ask(remembered)).toBe('granted')
})

test('an outage that ends within the stale window leaves no trace', async () => {
  const rig = await createRig()
  const { clock, issuer, token, ask, settled, keySetFetches, events } = rig
  const remembered = await token()
  expect(await ask(remembered)).toBe('granted')
  issuer.setFault('error')
  await liveUntil(1000, rig, remembered)
  issuer.setFault(undefined)
  const failed = keySetFetches().length
  await liveUntil(1060, rig, remembered)
  expect(keySetFetches().length).toBe(failed + 1)
  expect(events.at(-1)?.outcome).toBe('refreshed')
  const recovered = keySetFetches().at(-1) as number
  await liveUntil(recovered + 479, rig, remembered)
  expect(keySetFetches().length).toBe(failed + 1)
  clock.advance({ seconds: 1 })
  expect(ask(remembered)).toBe('granted')
  await settled()
  expect(keySetFetches().at(-1)).toBe(recovered + 480)
})
