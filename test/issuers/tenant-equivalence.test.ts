import type { TestIssuer } from '@scopeward/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readToken } from '../../packages/core/test/support/test-issuers.ts'
import { ANSWERS, type Settings, type TenantAnswer, TwoResolvers } from './support-several/two-resolvers.ts'

type Command =
  | { readonly ask: readonly number[] }
  | { readonly advanceSeconds: number }
  | { readonly mint: number; readonly expiresInSeconds: number }
  | { readonly tenant: number; readonly answer: TenantAnswer }
  | { readonly tenant: number; readonly keys: (typeof KEY_CHANGES)[number] }
  | { readonly tenant: number; readonly fault: 'down' | 'empty' | 'none' }

const KEY_CHANGES = ['rotate', 'rotate, not keeping the old', 'withdraw', 'replace under the same kid'] as const
/** Around every limit: cool-downs, 30 s of unknown names, ends of answers and key sets and of both stale windows; and back. */
const STEPS = [0.5, 1, 5, 9, 10, 29.5, 30, 60, 120, 270, 300, 301, 480, 600, 3600, 4000, -0.5, -1, -10, -30, -300]
/** Past the end of every run; and some that end within it, beside every limit and before it. */
const FOREVER = 10_000_000
const LIFETIMES = [FOREVER, 1, 30, 60, 270, 300, 600, 3600]

const anySettings: fc.Arbitrary<Settings> = fc.record({
  cacheEntries: fc.constantFrom(1, 2, 10_000),
  issuerCacheSeconds: fc.constantFrom(1, 10, 300),
  issuerCacheMaxEntries: fc.constantFrom(1, 10_000),
  staleIfErrorSeconds: fc.constantFrom(0, 60, 3600),
  refreshCooldownSeconds: fc.constantFrom(1, 5, 30),
})

const tenant = fc.nat({ max: 1 })
const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ ask: fc.array(fc.nat({ max: 7 }), { minLength: 1, maxLength: 4 }) }) },
  { weight: 6, arbitrary: fc.record({ advanceSeconds: fc.constantFrom(...STEPS) }) },
  { weight: 2, arbitrary: fc.record({ mint: tenant, expiresInSeconds: fc.constantFrom(...LIFETIMES) }) },
  { weight: 4, arbitrary: fc.record({ tenant, answer: fc.constantFrom(...ANSWERS) }) },
  { weight: 2, arbitrary: fc.record({ tenant, keys: fc.constantFrom(...KEY_CHANGES) }) },
  { weight: 2, arbitrary: fc.record({ tenant, fault: fc.constantFrom('down', 'empty', 'none') }) },
)

async function obey(command: Command, servers: TwoResolvers, tokens: string[]): Promise<void> {
  if ('advanceSeconds' in command) servers.clock.advance({ seconds: command.advanceSeconds })
  if ('mint' in command) {
    const { mint, expiresInSeconds } = command
    tokens.push(await readToken(servers.issuers[mint % 2] as TestIssuer, { expiresInSeconds }))
  }
  if ('answer' in command) servers.answer(command.tenant, command.answer)
  if ('keys' in command) await changeKeys(command.keys, servers.issuers[command.tenant % 2] as TestIssuer)
  if ('fault' in command) servers.setFault(command.tenant, command.fault === 'none' ? undefined : command.fault)
  if ('ask' in command) {
    const asked = command.ask.map(index => tokens[index % tokens.length] as string)
    const [remembering, forgetful] = await servers.ask(asked)
    expect(remembering).toEqual(forgetful)
  }
}

async function changeKeys(change: (typeof KEY_CHANGES)[number], issuer: TestIssuer): Promise<void> {
  if (change === 'rotate') await issuer.rotateKeys()
  if (change === 'rotate, not keeping the old') await issuer.rotateKeys({ keepOld: false })
  if (change === 'withdraw' && issuer.keys.length > 0) issuer.withdrawKey()
  if (change === 'replace under the same kid') await issuer.replaceKey(issuer.keys.at(-1)?.kid)
}

async function obeyAll(commands: readonly Command[], settings: Settings): Promise<void> {
  const servers = await TwoResolvers.start(settings)
  try {
    const [a, b] = servers.issuers
    const lasting = { expiresInSeconds: FOREVER }
    const crossed = await readToken(a, { ...lasting, claims: { iss: b.issuer } })
    const expiring = [await readToken(a, { expiresInSeconds: 1 }), await readToken(b, { expiresInSeconds: 300 })]
    const tokens = [await readToken(a, lasting), await readToken(b, lasting), crossed, ...expiring]
    for (const each of commands) await obey(each, servers, tokens)
  } finally {
    await servers.stop()
  }
}

const RUNS = Number(process.env.TENANT_EQUIVALENCE_RUNS ?? 100)

test('a server that remembers verified tokens answers, asks and fetches as one that does not, whatever becomes of its tenants', async () => {
  await fc.assert(fc.asyncProperty(fc.array(anyCommand, { minLength: 5, maxLength: 40 }), anySettings, obeyAll), {
    numRuns: RUNS,
  })
}, 600_000)
