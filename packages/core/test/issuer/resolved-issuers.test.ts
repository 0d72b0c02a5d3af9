import { describe, expect, test } from 'vitest'
import type { KnowsRules } from '../../src/issuer/issuer-directory.ts'
import { ResolvedIssuers } from '../../src/issuer/resolved-issuers.ts'
import { introspection } from '../../src/options/introspection.ts'
import { parseIssuer } from '../../src/options/parse-issuer.ts'
import { parseOptions } from '../../src/options/parse-options.ts'
import { sharedSecret } from '../../src/options/shared-secret.ts'
import { ALGORITHMS } from '../../src/shared/algorithms.ts'
import { decodeToken } from '../../src/token/decode-token.ts'
import { rejectionFrom } from '../support/refusals.ts'
import { AUDIENCE, compact, NOW } from '../support/tokens.ts'

const A = 'https://a.example.com'

const CLIENT = {
  issuer: A,
  clientAuthentication: { method: 'client_secret_basic', clientSecret: 'correct horse battery staple' },
} as const

const tokenOf = (iss: unknown) =>
  decodeToken({ token: compact('{"alg":"ES256"}', JSON.stringify({ iss })) }, ALGORITHMS)

interface Rig {
  readonly issuers: ResolvedIssuers<KnowsRules>
  /** Names asked for so far. */
  readonly asked: readonly string[]
  readonly now: () => number
  readonly advance: (seconds: number) => void
  readonly find: (iss: string) => Promise<KnowsRules>
  readonly refusal: (iss: string) => Promise<readonly unknown[]>
}

function rig(resolve: (iss: string) => unknown, changes: object = {}): Rig {
  let now = NOW * 1000
  const asked: string[] = []
  const clock = (): number => now
  const server = parseOptions({ issuer: () => undefined, audience: AUDIENCE, scopes: {}, clock, ...changes })
  const ask = (iss: string): unknown => {
    asked.push(iss)
    return resolve(iss)
  }
  const issuers = new ResolvedIssuers<KnowsRules>(server, ask, definition => ({
    rules: parseIssuer(definition, server),
  }))
  const find = async (iss: string): Promise<KnowsRules> => issuers.find(tokenOf(iss))
  const refusal = async (iss: string): Promise<readonly unknown[]> => {
    const { code, detail, retryAfterSeconds } = await rejectionFrom(() => find(iss))
    return [code, detail?.reason, retryAfterSeconds]
  }
  const advance = (seconds: number): void => {
    now += seconds * 1000
  }
  return { issuers, asked, now: clock, advance, find, refusal }
}

describe('an issuer that was found', () => {
  test('is there at once the next time, as the same object', async () => {
    const { issuers, find, now } = rig(iss => iss)
    const first = issuers.find(tokenOf(A))
    expect(first).toBeInstanceOf(Promise)
    const issuer = await first
    expect(issuers.find(tokenOf(A))).toBe(issuer)
    expect(await find(A)).toBe(issuer)
    expect(issuers.isCurrent(issuer, now())).toBe(true)
  })

  test('is current for issuerCacheSeconds and not before the answer came', async () => {
    const { issuers, find, now } = rig(iss => iss, { issuerCacheSeconds: 100 })
    const issuer = await find(A)
    expect(issuers.isCurrent(issuer, now() + 99_999)).toBe(true)
    expect(issuers.isCurrent(issuer, now() + 100_000)).toBe(false)
    expect(issuers.isCurrent(issuer, now() - 1)).toBe(false)
  })

  test.each<[string, () => unknown]>([
    ['the same text', () => A],
    ['a definition that says the same', () => ({ issuer: A, audience: ['a', 'b'], profile: 'keycloak' })],
    [
      'the same secrets',
      (
        definition => () =>
          definition
      )(sharedSecret({ issuer: A, secrets: [`${'s'.repeat(31)}!`] })),
    ],
  ])('stays the same object after %s', async (_what, definition) => {
    const { issuers, find, advance, now, asked } = rig(definition)
    const issuer = await find(A)
    advance(300)
    expect(issuers.isCurrent(issuer, now())).toBe(false)
    expect(await find(A)).toBe(issuer)
    expect(issuers.isCurrent(issuer, now())).toBe(true)
    expect(asked).toEqual([A, A])
  })

  test.each<[string, object | string, unknown]>([
    ['another audience', { issuer: A, audience: 'a' }, { issuer: A, audience: 'b' }],
    ['other algorithms', { issuer: A, algorithms: ['ES256'] }, { issuer: A, algorithms: ['RS256'] }],
    ['another profile', { issuer: A }, { issuer: A, profile: 'keycloak' }],
    ['another key set', { issuer: A }, { issuer: A, jwksUri: `${A}/jwks` }],
    [
      'other secrets',
      sharedSecret({ issuer: A, secrets: [`${'s'.repeat(31)}!`] }),
      sharedSecret({ issuer: A, secrets: [`${'t'.repeat(31)}!`] }),
    ],
    ['other credentials', introspection({ ...CLIENT, clientId: 'a' }), introspection({ ...CLIENT, clientId: 'b' })],
    ['secrets instead of keys', A, sharedSecret({ issuer: A, secrets: [`${'s'.repeat(31)}!`] })],
  ])('is replaced after an answer with %s', async (_what, before, after) => {
    let definition: unknown = before
    const { issuers, find, advance, now } = rig(() => definition)
    const issuer = await find(A)
    definition = after
    advance(300)
    const replaced = await find(A)
    expect(replaced).not.toBe(issuer)
    expect(issuers.isCurrent(issuer, now())).toBe(false)
    expect(issuers.isCurrent(replaced, now())).toBe(true)
  })

  test('is no longer current once the function does not know it', async () => {
    let definition: string | undefined = A
    const { issuers, find, advance, now, refusal } = rig(() => definition)
    const issuer = await find(A)
    definition = undefined
    advance(300)
    expect(await refusal(A)).toEqual(['issuer_not_trusted', undefined, undefined])
    expect(issuers.isCurrent(issuer, now())).toBe(false)
  })

  test('makes room for another where there are too many', async () => {
    const { issuers, find, now } = rig(iss => iss, { issuerCacheMaxEntries: 1 })
    const a = await find(A)
    const b = await find('https://b.example.com')
    expect([issuers.isCurrent(a, now()), issuers.isCurrent(b, now())]).toEqual([false, true])
    expect(issuers.listed).toEqual([])
  })
})

test('that one name is refused says nothing of another', async () => {
  const { find, refusal, asked } = rig(iss => (iss === A ? iss : undefined))
  for (const _again of [1, 2])
    expect(await refusal('https://b.example.com')).toEqual(['issuer_not_trusted', undefined, undefined])
  expect((await find(A)).rules.issuer).toBe(A)
  expect(await refusal('https://c.example.com')).toEqual(['issuer_not_trusted', undefined, undefined])
  expect(asked).toEqual(['https://b.example.com', A, 'https://c.example.com'])
})

describe('a question', () => {
  test('is put once, however many wait for it', async () => {
    let answer: (definition: string) => void = () => undefined
    const { find, asked } = rig(
      () =>
        new Promise(resolve => {
          answer = resolve
        }),
    )
    const waiting = [find(A), find(A), find(A)]
    answer(A)
    const [first, ...others] = await Promise.all(waiting)
    for (const other of others) expect(other).toBe(first)
    expect(asked).toEqual([A])
  })

  test('is put again refreshCooldownSeconds after one that failed, and the same refusal comes until then', async () => {
    let fails = true
    const { find, refusal, asked, advance } = rig(iss => {
      if (fails) throw new Error('down')
      return iss
    })
    const failed = ['issuer_unavailable', 'the function "issuer" failed: it threw', 5]
    expect(await refusal(A)).toEqual(failed)
    fails = false
    expect(await refusal(A)).toEqual(failed)
    advance(4.999)
    expect(await refusal(A)).toEqual(failed)
    expect(asked.length).toBe(1)
    advance(0.001)
    expect((await find(A)).rules.issuer).toBe(A)
    expect(asked.length).toBe(2)
  })

  test('is not put for an empty name, nor for one of more than 512 characters', async () => {
    const { refusal, asked, find } = rig(iss => iss)
    const longest = `${A}/${'x'.repeat(512 - A.length - 1)}`
    expect((await find(longest)).rules.issuer).toBe(longest)
    for (const name of ['', `${longest}x`]) {
      expect(await refusal(name)).toEqual(['issuer_not_trusted', undefined, undefined])
    }
    expect(asked).toEqual([longest])
  })

  test('is put for a thousand names at once; another one has to wait, and is asked for as soon as there is room', async () => {
    const answers: (() => void)[] = []
    const { find, refusal, asked } = rig(iss =>
      asked.length > 1000 ? iss : new Promise(resolve => answers.push(() => resolve(iss))),
    )
    const waiting = Array.from({ length: 1000 }, (_, i) => find(`${A}/${i}`))
    expect(await refusal(A)).toEqual(['issuer_unavailable', 'too many names are being asked for at once', 5])
    expect(asked.length).toBe(1000)
    answers[0]?.()
    expect((await waiting[0])?.rules.issuer).toBe(`${A}/0`)
    expect((await find(A)).rules.issuer).toBe(A)
    for (const answer of answers) answer()
    await Promise.all(waiting)
  })

  test('is put for a name that is known, however many others are being asked for', async () => {
    let definition: string | undefined = A
    const answers: (() => void)[] = []
    const { find, refusal, advance } = rig(iss =>
      iss === A ? definition : new Promise(resolve => answers.push(() => resolve(iss))),
    )
    await find(A)
    definition = undefined
    advance(300)
    const waiting = Array.from({ length: 1000 }, (_, i) => find(`${A}/${i}`))
    expect(await refusal(A)).toEqual(['issuer_not_trusted', undefined, undefined])
    for (const answer of answers) answer()
    await Promise.all(waiting)
  })

  test('tells how long to wait by refreshCooldownSeconds, in whole seconds', async () => {
    const { refusal } = rig(() => Promise.reject(new Error('down')), { refreshCooldownSeconds: 1.5 })
    expect(await refusal(A)).toEqual(['issuer_unavailable', 'the function "issuer" failed: it threw', 2])
  })

  test('has to be answered within fetchTimeoutSeconds', async () => {
    const { refusal } = rig(() => new Promise(() => undefined), { fetchTimeoutSeconds: 0.1 })
    const reason = 'the function "issuer" failed: it did not answer within 0.1 s'
    expect(await refusal(A)).toEqual(['issuer_unavailable', reason, 5])
  })
})

test('opaque tokens are nobody’s where a function finds the issuers', async () => {
  const { issuers } = rig(iss => iss)
  const { code } = await rejectionFrom(() => issuers.find({ kind: 'opaque', compact: 'opaque' }))
  expect(code).toBe('token_malformed')
})
