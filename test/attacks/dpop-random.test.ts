import type { Outcome } from '@scopeward/core'
import type { TestKey } from '@scopeward/testing'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { changes, noise } from '../sender/random.ts'
import {
  ACCEPTED,
  expectGranted,
  GUARDED,
  type Holder,
  holder,
  honestRequest,
  ORIGIN,
  proofOf,
  withProof,
} from '../sender/support.ts'
import { exchange, requestText } from '../support/raw-http.ts'
import { HANDLED } from './apis.ts'
import { hasEscapedName } from './escaped-names.ts'
import { holdRows } from './hold-rows.ts'
import { base64url, compact, textOf } from './mint.ts'
import { useBench } from './support.ts'

holdRows()

const bench = useBench(['ES256'], ACCEPTED)
const SEED = 20_260_101

let from: Holder
beforeAll(async () => {
  from = await holder(bench)
})

function isGranted(outcome: Outcome): boolean {
  if (!outcome.granted) expect([400, 401]).toContain(outcome.denial.status)
  return outcome.granted
}

/** What each engine says. Whatever is sent, `check()` neither throws nor rejects, and no refusal is 503. */
async function verdictsOn(dpop: string, authorization = `DPoP ${from.token}`): Promise<readonly boolean[]> {
  const request = { method: 'GET', url: '/guarded', headers: ['Authorization', authorization, 'DPoP', dpop] }
  const outcomes = bench.apis.map(async ({ core }) => isGranted(await core.check(request, 'items:read')))
  return Promise.all(outcomes)
}

const NOBODY = [false, false]

describe('random input, with a fixed seed, under both engines', () => {
  test('no change to a used proof makes it good again', async () => {
    const proof = await proofOf(from)
    expect(await verdictsOn(proof)).toEqual([true, true])
    const parts = fc.tuple(fc.nat(3), changes).map(([index, by]) => {
      if (index === 3) return by(proof)
      return proof
        .split('.')
        .map((part, each) => (each === index ? base64url(by(textOf(part))) : part))
        .join('.')
    })
    await fc.assert(
      fc.asyncProperty(parts, async changed => {
        expect(await verdictsOn(changed)).toEqual(NOBODY)
      }),
      { seed: SEED, numRuns: 600 },
    )
  })

  test('parts of several honest proofs make none', async () => {
    const proofs = await Promise.all([1, 2, 3].map(() => proofOf(from)))
    const part = (index: number, at: number) => proofs[index]?.split('.')[at] ?? ''
    for (const proof of proofs) expect(await verdictsOn(proof)).toEqual([true, true])
    await fc.assert(
      fc.asyncProperty(fc.nat(2), fc.nat(2), fc.nat(2), async (...indices) => {
        expect(await verdictsOn(indices.map(part).join('.'))).toEqual(NOBODY)
      }),
      { seed: SEED, numRuns: 60 },
    )
  })

  test('no noise is a proof, and none is a token beside a good proof', async () => {
    const value = fc.oneof(noise, fc.string({ unit: 'grapheme' }))
    const proof = await proofOf(from)
    await fc.assert(
      fc.asyncProperty(value, fc.constantFrom('DPoP ', 'dpop  ', 'Bearer ', ''), async (text, scheme) => {
        expect(await verdictsOn(text)).toEqual(NOBODY)
        expect(await verdictsOn(proof, scheme + text)).toEqual(NOBODY)
      }),
      { seed: SEED, numRuns: 250 },
    )
    expect(await verdictsOn(proof)).toEqual([true, true])
  })

  test('really signed claims of any kind are accepted exactly where RFC 9449 section 4.3 allows them', async () => {
    const now = bench.clock() / 1000
    const claim = fc.constantFrom('jti', 'htm', 'htu', 'iat', 'ath', 'exp', 'nbf', 'nonce', 'other')
    const known = fc.constantFrom<unknown>(
      ...[
        '',
        'GET',
        'get',
        'POST',
        ORIGIN,
        GUARDED,
        `${GUARDED}?a#b`,
        `${GUARDED}/`,
        'HTTPS://api.EXAMPLE.com:443/guarded',
      ],
      ...[0, -1, now, now - 60, now - 66, now + 9, now + 11, now + 1e6, 1e300, null, ['GET'], [GUARDED]],
    )
    const changed = fc.dictionary(claim, fc.oneof(known, fc.jsonValue({ maxDepth: 2 })), { maxKeys: 3 })
    const seen = new Set<unknown>()
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(changed, async added => {
        const [header = '', text = ''] = (await proofOf(from)).split('.').map(textOf)
        const claims = { ...JSON.parse(text), ...added }
        const honest = { token: '', header: {}, claims: {}, key: from.key as unknown as TestKey }
        const proof = compact(honest, { header, payload: JSON.stringify(claims) })
        const isRead = !hasEscapedName(claims)
        const expected = isRead && isAllowed(JSON.parse(JSON.stringify(claims)), now) && !seen.has(claims.jti)
        expect([await verdictsOn(proof), added]).toEqual([[expected, expected], added])
        if (!expected) return
        seen.add(claims.jti)
        accepted++
      }),
      { seed: SEED, numRuns: 250 },
    )
    expect(accepted).toBeGreaterThan(50)
  })

  test('no random bytes over HTTP reach a handler, and each gets an answer', async () => {
    const used = await honestRequest(from)
    await expectGranted(bench, used)
    const ports = bench.apis.flatMap(api => Object.values(api.ports))
    const text = requestText(used)
    const start = text.indexOf('Authorization:')
    await fc.assert(
      fc.asyncProperty(changes, fc.nat(ports.length - 1), async (by, at) => {
        const raw = await exchange(ports[at] as number, `${text.slice(0, start)}${by(text.slice(start))}\r\n\r\n`)
        expect(raw).not.toContain(HANDLED)
        expect(raw).toMatch(/^(HTTP\/1\.1 4\d\d |$)/)
      }),
      { seed: SEED, numRuns: 250 },
    )
  })

  test('no random request target makes check() throw, and no proof for /guarded opens another path', async () => {
    const target = fc.oneof(
      fc.tuple(changes, fc.constantFrom('/guarded', '/a/../guarded', 'http://x/guarded')).map(([by, path]) => by(path)),
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.string({ unit: 'binary', maxLength: 40 }),
    )
    const [server] = bench.apis
    await fc.assert(
      fc.asyncProperty(target, async url => {
        const headers = ['Authorization', `DPoP ${from.token}`, 'DPoP', await proofOf(from)]
        const granted = isGranted(
          await (server as NonNullable<typeof server>).core.check({ method: 'GET', url, headers }, 'items:read'),
        )
        const path = /^(?:https?:\/\/[^/?#]+)?(\/[^?#]*)(?:[?#]|$)/i.exec(url)?.[1]
        if (granted) expect([url, path === undefined ? undefined : decodeURIComponent(path)]).toEqual([url, '/guarded'])
      }),
      { seed: SEED, numRuns: 250 },
    )
  })
})

/** RFC 9449 section 4.3 with the defaults of the option, written down a second time. */
function isAllowed(claims: Readonly<Record<string, unknown>>, now: number): boolean {
  const { jti, htm, htu, iat, ath, exp, nbf } = claims
  const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value * 1000)
  return (
    typeof jti === 'string' &&
    jti !== '' &&
    htm === 'GET' &&
    typeof htu === 'string' &&
    /^https:\/\/api\.example\.com(:443)?\/guarded([?#].*)?$/i.test(htu) &&
    htu.includes('/guarded') &&
    isTime(iat) &&
    iat > now - 65 &&
    iat <= now + 10 &&
    (!('exp' in claims) || (isTime(exp) && exp > now - 5)) &&
    (!('nbf' in claims) || (isTime(nbf) && nbf <= now + 10)) &&
    typeof ath === 'string' &&
    ath.length === 43
  )
}

test('a proof in the middle of all that is still let in', async () => {
  await expectGranted(bench, withProof(from.token, await proofOf(from)))
})
