import { createRevocationList, type MemoryRevocationList, type RevocationList } from '@scopeward/core'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  ACCEPTED,
  expectDenied,
  expectGranted,
  type Holder,
  holder,
  honestRequest,
  proofOf,
  withProof,
} from '../sender/support.ts'
import type { RawRequest } from '../support/raw-http.ts'
import { holdRows } from './hold-rows.ts'
import { type Bench, useBench } from './support.ts'

holdRows()

const REVOKED = { code: 'token_revoked' } as const
const bearer = (token: string): RawRequest => ({ path: '/guarded', headers: [`Authorization: Bearer ${token}`] })

describe('revoked tokens, of which the servers may know already', () => {
  let list: MemoryRevocationList
  const revocation: RevocationList = { verdictOn: token => list.verdictOn(token) }
  const bench = useBench(['ES256'], { ...ACCEPTED, revocation })
  beforeEach(() => {
    list = createRevocationList({ clock: bench.clock })
  })

  const BY: Readonly<Record<string, (bench: Bench) => Parameters<MemoryRevocationList['revoke']>[0]>> = {
    'its jti': () => ({ tokenId: 'token-1' }),
    'its jti, at its issuer': ({ issuer }) => ({ tokenId: 'token-1', issuer: issuer.issuer }),
    'its client': () => ({ clientId: 'client-1' }),
    'its subject': () => ({ subject: 'alice' }),
    'its subject, at its issuer': ({ issuer }) => ({ subject: 'alice', issuer: issuer.issuer }),
    'all tokens until now': ({ clock }) => ({ issuedBefore: new Date(clock() + 1) }),
  }
  const ABOUT = { clientId: 'client-1', subject: 'alice', claims: { jti: 'token-1' } }

  test.each(Object.entries(BY))('warm and cold, as bearer and with a proof: by %s', async (_, revoked) => {
    const warm = await holder(bench, ABOUT)
    const cold = await holder(bench, ABOUT)
    const [{ token: warmBearer }, { token: coldBearer }] = [await bench.honest(ABOUT), await bench.honest(ABOUT)]
    await expectGranted(bench, await honestRequest(warm))
    await expectGranted(bench, bearer(warmBearer))
    list.revoke(revoked(bench))
    for (const from of [warm, cold]) await expectDenied(bench, await honestRequest(from), REVOKED)
    for (const token of [warmBearer, coldBearer]) {
      await expectDenied(bench, bearer(token), { ...REVOKED, presented: 'Bearer' })
      for (const { core } of bench.apis) await expect(core.verify(token)).rejects.toMatchObject(REVOKED)
    }
  })

  const NOT: Readonly<Record<string, (bench: Bench) => Parameters<MemoryRevocationList['revoke']>[0]>> = {
    'another jti': () => ({ tokenId: 'token-2' }),
    'a jti that begins alike': () => ({ tokenId: 'token-' }),
    'the same jti at another issuer': () => ({ tokenId: 'token-1', issuer: 'https://other.example' }),
    'the client as a subject': () => ({ subject: 'client-1' }),
    'the subject as a client': () => ({ clientId: 'alice' }),
    'a name of the prototype': () => ({ clientId: '__proto__' }),
    'tokens from before this one': ({ clock }) => ({ clientId: 'client-1', issuedBefore: new Date(clock()) }),
  }
  test.each(Object.entries(NOT))('nothing is revoked beyond what was said: %s', async (_, revoked) => {
    const from = await holder(bench, ABOUT)
    list.revoke(revoked(bench))
    await expectGranted(bench, await honestRequest(from))
  })

  test('a revoked token is revoked before its proof is looked at, and a missing proof does not matter', async () => {
    const from = await holder(bench, ABOUT)
    const proof = await proofOf(from)
    list.revoke({ tokenId: 'token-1' })
    await expectDenied(bench, withProof(from.token, 'x'), REVOKED)
    await expectDenied(bench, { path: '/guarded', headers: [`Authorization: DPoP ${from.token}`] }, REVOKED)
    list = createRevocationList({ clock: bench.clock })
    await expectGranted(bench, withProof(from.token, proof))
  })

  test('a token that lives longer than revocations are kept counts as revoked', async () => {
    const day = 86_400
    list = createRevocationList({ clock: bench.clock, retainSeconds: day })
    await expectGranted(bench, await honestRequest(await holder(bench, { expiresInSeconds: day })))
    await expectDenied(bench, await honestRequest(await holder(bench, { expiresInSeconds: day + 1 })), REVOKED)
    const claims = { iat: bench.clock() / 1000 - 10 }
    await expectDenied(bench, await honestRequest(await holder(bench, { expiresInSeconds: day, claims })), REVOKED)
  })

  test('revoking by names that resemble no other name', async () => {
    for (const subject of ['__proto__', 'constructor', ' ', '\u{1f511}', 'a'.repeat(2000)]) {
      const from = await holder(bench, { subject })
      await expectGranted(bench, await honestRequest(from))
      list.revoke({ subject })
      await expectDenied(bench, await honestRequest(from), REVOKED)
    }
  })
})

/** Lists of applications that do not keep their contract, by what `verdictOn` does. */
const BROKEN: Readonly<Record<string, () => unknown>> = {
  throws: () => {
    throw new Error('down')
  },
  'throws undefined': () => {
    throw undefined
  },
  'returns unknown': () => 'unknown',
  'returns undefined': () => undefined,
  'returns null': () => null,
  'returns false': () => false,
  'returns true': () => true,
  'returns an empty string': () => '',
  'returns "NOT_REVOKED"': () => 'NOT_REVOKED',
  'returns an object': () => ({ toString: () => 'not_revoked' }),
  'returns a String': () => Object('not_revoked'),
  'returns a list': () => ['not_revoked'],
  'returns a promise': async () => 'not_revoked',
  'returns a promise that rejects': async () => {
    throw new Error('down')
  },
  'returns a promise that never settles': () => new Promise(() => undefined),
  'returns a thenable that throws': () => ({
    // biome-ignore lint/suspicious/noThenProperty: a broken list is the point
    then() {
      throw new Error('down')
    },
  }),
}

describe('a revocation list that does not say not_revoked lets nobody in, and 503 is the answer', () => {
  let verdictOn: () => unknown = () => 'not_revoked'
  const revocation = { verdictOn: () => verdictOn() } as RevocationList
  const bench = useBench(['ES256'], { ...ACCEPTED, revocation })
  const unavailable = { code: 'revocation_unavailable' } as const

  test.each(Object.entries(BROKEN))('one that %s', async (_, broken) => {
    const from: Holder = await holder(bench)
    const { token } = await bench.honest()
    verdictOn = () => 'not_revoked'
    await expectGranted(bench, await honestRequest(from))
    await expectGranted(bench, bearer(token))
    verdictOn = broken
    await expectDenied(bench, await honestRequest(from), unavailable)
    await expectDenied(bench, bearer(token), { ...unavailable, presented: 'Bearer' })
    for (const { core } of bench.apis) {
      await expect(core.verify(token)).rejects.toMatchObject({ ...unavailable, name: 'VerificationUnavailable' })
    }
    verdictOn = () => 'not_revoked'
  })

  test('without credentials nobody is asked', async () => {
    verdictOn = () => {
      throw new Error('asked')
    }
    await expectDenied(bench, { path: '/guarded' }, { code: 'credentials_missing', presented: undefined })
    expect((await bench.apis[0]?.core.check({ method: 'GET', url: '/', headers: [] }, 'admin'))?.granted).toBe(false)
  })
})
