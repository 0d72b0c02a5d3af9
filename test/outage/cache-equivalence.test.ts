import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { type MintedToken, mintKind, TOKEN_KINDS, type TokenKind } from './token-kinds.ts'
import { type Answers, type Settings, TwoServers } from './two-servers.ts'

type Command =
  | { readonly ask: readonly number[] }
  | { readonly advanceSeconds: number }
  | { readonly mint: TokenKind }
  | { readonly keys: (typeof KEY_CHANGES)[number] }
  | { readonly fault: (typeof FAULTS)[number] }

const KEY_CHANGES = ['rotate', 'rotate, not keeping the old', 'withdraw', 'replace under the same kid'] as const
const FAULTS = ['none', 'none', 'down', 'error', 'html', 'empty', 'slow'] as const

/** Around every limit: cool-downs, 80 % and end of both freshnesses, ends of the stale windows; and the clock set back. */
const STEPS = [0.5, 1, 4, 5, 10, 30, 47, 48, 60, 119, 120, 240, 480, 540, 600, 3600, 4200, -0.5, -1, -7, -60, -700]

const anySettings: fc.Arbitrary<Settings> = fc.record({
  cacheEntries: fc.constantFrom(1, 2, 10_000),
  staleIfErrorSeconds: fc.constantFrom(0, 60, 3600),
  refreshCooldownSeconds: fc.constantFrom(1, 5, 30),
  keySetMaxAgeSeconds: fc.constantFrom(60, 600),
})

/** Mostly the tokens that a cache remembers. */
const tokenIndex = fc.oneof(fc.nat({ max: 1 }), fc.nat({ max: 20 }))

const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ ask: fc.array(tokenIndex, { minLength: 1, maxLength: 4 }) }) },
  { weight: 6, arbitrary: fc.record({ advanceSeconds: fc.constantFrom(...STEPS) }) },
  { weight: 2, arbitrary: fc.record({ mint: fc.constantFrom(...TOKEN_KINDS) }) },
  { weight: 3, arbitrary: fc.record({ keys: fc.constantFrom(...KEY_CHANGES) }) },
  { weight: 3, arbitrary: fc.record({ fault: fc.constantFrom(...FAULTS) }) },
)

interface Run {
  readonly servers: TwoServers
  readonly tokens: MintedToken[]
}

async function obey(command: Command, run: Run): Promise<void> {
  const { servers, tokens } = run
  if ('advanceSeconds' in command) servers.clock.advance({ seconds: command.advanceSeconds })
  if ('mint' in command) tokens.push(await mintKind(command.mint, servers.issuer, servers.clock()))
  if ('keys' in command) await changeKeys(command.keys, servers)
  if ('fault' in command) requireEqual(await servers.setFault(command.fault === 'none' ? undefined : command.fault))
  if ('ask' in command) {
    const asked = command.ask.map(index => tokens[index % tokens.length] as MintedToken)
    requireEqual(await servers.ask(asked.map(({ text }) => text)))
  }
  expect(servers.fetches.remembering, 'fetches').toEqual(servers.fetches.forgetful)
}

async function changeKeys(change: (typeof KEY_CHANGES)[number], { issuer }: TwoServers): Promise<void> {
  if (change === 'rotate') await issuer.rotateKeys()
  if (change === 'rotate, not keeping the old') await issuer.rotateKeys({ keepOld: false })
  if (change === 'withdraw') issuer.withdrawKey()
  if (change === 'replace under the same kid') await issuer.replaceKey()
}

function requireEqual(answers: readonly Answers[]): void {
  for (const { remembering, forgetful } of answers) expect(remembering).toEqual(forgetful)
}

async function obeyAll(commands: readonly Command[], settings: Settings): Promise<void> {
  const servers = await TwoServers.start(settings)
  try {
    const tokens = await Promise.all(TOKEN_KINDS.map(kind => mintKind(kind, servers.issuer, servers.clock())))
    const run: Run = { servers, tokens }
    for (const each of [...commands, { fault: 'none' } as const]) await obey(each, run)
  } finally {
    await servers.stop()
  }
}

test('a server that remembers verified tokens answers and fetches as one that does not, whatever happens', async () => {
  await fc.assert(fc.asyncProperty(fc.array(anyCommand, { minLength: 5, maxLength: 40 }), anySettings, obeyAll), {
    numRuns: 200,
  })
}, 60_000)

const DEFAULTS: Settings = {
  cacheEntries: 10_000,
  staleIfErrorSeconds: 3600,
  refreshCooldownSeconds: 5,
  keySetMaxAgeSeconds: 600,
}

async function startWithDefaults(): Promise<TwoServers> {
  const servers = await TwoServers.start(DEFAULTS)
  onTestFinished(() => servers.stop())
  return servers
}

const bothGranted = [{ remembering: 'granted', forgetful: 'granted' }]

// Were the refresh asked for before `exp`, the expired token would make the first fetch on one of the two servers alone.
test('a token that was remembered and has expired causes no refresh, as it does not where it was never seen', async () => {
  const servers = await startWithDefaults()
  const { clock, issuer } = servers
  const short = await mintKind('short', issuer, clock())
  const long = await mintKind('long', issuer, clock())
  expect(await servers.ask([short.text])).toEqual(bothGranted)
  await issuer.rotateKeys({ keepOld: false })
  clock.advance({ seconds: 480 })
  requireEqual(await servers.ask([short.text]))
  expect(servers.fetches.remembering).toEqual([0])
  requireEqual(await servers.ask([long.text]))
})

test('a remembered token without kid becomes ambiguous when a second key is published, as it does where it was never seen', async () => {
  const servers = await startWithDefaults()
  const { clock, issuer } = servers
  const kidless = await mintKind('without kid', issuer, clock())
  expect(await servers.ask([kidless.text])).toEqual(bothGranted)
  await issuer.rotateKeys()
  clock.advance({ seconds: 480 })
  expect(await servers.ask([kidless.text])).toEqual(bothGranted)
  requireEqual(await servers.ask([kidless.text]))
})

test('a token that expires while its keys are awaited is refused at once when it comes again, remembered or not', async () => {
  const servers = await startWithDefaults()
  const { clock, issuer } = servers
  const short = await mintKind('short', issuer, clock())
  expect(await servers.ask([short.text])).toEqual(bothGranted)
  clock.advance({ seconds: -1 }) // makes the keys due, and not usable before a refresh
  await servers.setFault('slow')
  expect(await servers.ask([short.text])).toEqual([{ remembering: 'waiting', forgetful: 'waiting' }])
  clock.advance({ minutes: 5 })
  const [, again] = await servers.ask([short.text])
  expect(again).toMatchObject({ remembering: { code: 'token_expired' }, forgetful: { code: 'token_expired' } })
})

test('a token whose keys become usable again while others wait for a refresh is granted at once, remembered or not', async () => {
  const servers = await startWithDefaults()
  const { clock, issuer } = servers
  const long = await mintKind('long', issuer, clock())
  expect(await servers.ask([long.text])).toEqual(bothGranted)
  await servers.setFault('slow')
  clock.advance({ minutes: 11 })
  expect(await servers.ask([long.text])).toEqual([{ remembering: 'waiting', forgetful: 'waiting' }])
  clock.advance({ minutes: -10 })
  const [, again] = await servers.ask([long.text])
  expect(again).toEqual({ remembering: 'granted', forgetful: 'granted' })
})
