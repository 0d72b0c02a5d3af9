import type { Fault, TestKey } from '@scopeward/testing'
import fc from 'fast-check'
import type { AskedToken } from './promises.ts'
import type { SetFault, World } from './world.ts'

type Command = fc.AsyncCommand<World, World>

/** Which token to send. Keys by their age, so that a command means something whatever was shrunk away before it. */
interface TokenChoice {
  readonly kind: 'fresh' | 'same again' | 'under the name of another key' | 'expired'
  readonly key: number | 'current'
}

const HOLDS_ALWAYS = { iat: 1_500_000_000, exp: 4_000_000_000 }
const EXPIRED = { iat: 1_500_000_000, exp: 1_500_000_100 }

async function mint({ kind, key: age }: TokenChoice, world: World): Promise<AskedToken & { readonly text: string }> {
  const key = age === 'current' ? world.rig.issuer.signingKey : (world.keys[age % world.keys.length] as TestKey)
  const kid = kind === 'under the name of another key' ? world.rig.issuer.signingKey.kid : key.kid
  const hopeless = kind === 'expired'
  const claims = hopeless ? EXPIRED : HOLDS_ALWAYS
  const known = kind === 'same again' ? world.sent.get(key) : undefined
  const text = known ?? (await world.rig.token({ key, header: { kid }, claims }))
  if (kind === 'fresh' || kind === 'same again') world.sent.set(key, text)
  return { kid, key, hopeless, text }
}

function command(
  name: string,
  run: (world: World) => Promise<void>,
  check = (_world: Readonly<World>): boolean => true,
): Command {
  return { check, run: (_model, world) => run(world), toString: () => name }
}

function request(choices: readonly TokenChoice[]): Command {
  const name = choices.map(({ kind, key }) => `${kind}, key ${key}`).join('; ')
  return command(`request(${name})`, async world => {
    await world.ask(await Promise.all(choices.map(choice => mint(choice, world))))
  })
}

/** Around every limit: cool-downs, 80 % and end of the freshness, ends of the stale windows; and the clock set back. */
const STEPS = [0.5, 1, 4, 5, 10, 30, 47, 48, 60, 119, 120, 240, 480, 540, 600, 3600, 4200, -0.5, -1, -7, -60, -700]

function clock(seconds: number): Command {
  return command(`clock(${seconds})`, async ({ rig }) => rig.clock.advance({ seconds }))
}

const KEY_CHANGES = ['rotate', 'rotate and drop the others', 'replace'] as const

function changeKeys(change: (typeof KEY_CHANGES)[number]): Command {
  return command(change, async ({ rig, keys }) => {
    const { issuer } = rig
    const isReplaced = change === 'replace' && issuer.keys.includes(issuer.signingKey)
    const keepOld = change !== 'rotate and drop the others'
    const key = await (isReplaced ? issuer.replaceKey() : issuer.rotateKeys({ keepOld }))
    keys.splice(-1, 0, key)
  })
}

const withdraw = command('withdraw', async ({ rig }) => rig.issuer.withdrawKey())
const ready = command(
  'ready',
  world => world.warm(),
  world => !world.isSlow,
)
const recover = command('recover', world => world.setFault(undefined))

function fault(set: SetFault): Command {
  return command(`fault(${set.fault} on ${set.on})`, world => world.setFault(set))
}

const FAULTS: readonly Fault[] = [
  'down',
  'error',
  'unavailable',
  'not-found',
  'reset',
  'html',
  'invalid-json',
  'wrong-json',
  'redirect',
]

const anyFault: fc.Arbitrary<SetFault> = fc.oneof(
  fc.record({ fault: fc.constantFrom(...FAULTS), on: fc.constantFrom('jwks', 'everything', 'metadata') }),
  fc.constantFrom<SetFault>(
    { fault: 'slow', on: 'jwks' },
    { fault: 'slow', on: 'jwks' },
    { fault: 'slow', on: 'jwks' },
    { fault: 'slow', on: 'jwks' },
    { fault: 'empty', on: 'jwks' },
    { fault: 'many-keys', on: 'jwks' },
    { fault: 'huge', on: 'jwks' },
    { fault: 'wrong-issuer', on: 'metadata' },
  ),
)

const tokenChoice: fc.Arbitrary<TokenChoice> = fc.record({
  kind: fc.constantFrom('fresh', 'same again', 'same again', 'under the name of another key', 'expired'),
  key: fc.oneof(fc.constant('current' as const), fc.constant('current' as const), fc.nat({ max: 9 })),
})

const anyRequest = fc.array(tokenChoice, { minLength: 1, maxLength: 4 }).map(request)

const MAX_COMMANDS = 40

export const commands: fc.Arbitrary<Iterable<Command>> = fc.commands(
  [
    anyRequest,
    anyRequest,
    anyRequest,
    fc.constantFrom(...STEPS).map(clock),
    fc.constantFrom(...STEPS).map(clock),
    fc.constantFrom(...KEY_CHANGES).map(changeKeys),
    fc.constant(withdraw),
    anyFault.map(fault),
    fc.constant(recover),
    fc.constant(ready),
  ],
  { maxCommands: MAX_COMMANDS, size: 'max' },
)
