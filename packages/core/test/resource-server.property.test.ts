import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Outcome } from '../src/guard.ts'
import { createResourceServer } from '../src/resource-server.ts'
import type { ResourceServer } from '../src/resource-server-contract.ts'
import { requestWith, tampered } from './support/requests.ts'
import { keys, mint, NOW, optionsFor, type Scope, settableClock } from './support/tokens.ts'

/**
 * The cache of verified tokens must not show: whatever is sent, and however the clock moves, the outcome is the one that
 * a resource server without a cache gives.
 */
const KEY = await keys()
const GOOD = await mint(KEY)
const TOKENS: Readonly<Record<string, string>> = {
  good: GOOD,
  'short-lived': await mint(KEY, { exp: NOW + 30, scope: 'imports:write' }),
  expired: await mint(KEY, { exp: NOW - 60, iat: NOW - 600 }),
  'not yet valid': await mint(KEY, { nbf: NOW + 120 }),
  'from the future': await mint(KEY, { iat: NOW + 60, exp: NOW + 90 }),
  'of another audience': await mint(KEY, { aud: 'https://other.example.com' }),
  'of an unknown key': await mint(KEY, {}, { kid: 'key-2' }),
  'with a changed signature': tampered(GOOD),
  'with a changed payload': tampered(GOOD, 1),
  'with a changed header': tampered(GOOD, 0),
}

type Model = Record<string, never>
interface Real {
  readonly clock: { seconds: number }
  readonly servers: readonly ResourceServer<Scope>[]
}

/** All that can be told of an outcome. */
const told = (outcome: Outcome) => JSON.stringify(outcome)

class Send implements fc.AsyncCommand<Model, Real> {
  readonly #tokens: readonly string[]
  readonly #requirement: Scope

  constructor(tokens: readonly string[], requirement: Scope) {
    this.#tokens = tokens
    this.#requirement = requirement
  }

  check(): boolean {
    return true
  }

  /** The tokens are sent at the same time: what one request remembers must not change another. */
  async run(_model: Model, { servers }: Real): Promise<void> {
    const [uncached, ...cached] = await Promise.all(
      servers.map(server =>
        Promise.all(
          this.#tokens.map(async name => told(await server.check(requestWith(TOKENS[name]), this.#requirement))),
        ),
      ),
    )
    for (const outcomes of cached) expect(outcomes).toEqual(uncached)
  }

  toString(): string {
    return `send(${this.#tokens.join(', ')}: ${this.#requirement})`
  }
}

class SetClock implements fc.AsyncCommand<Model, Real> {
  readonly #seconds: number

  constructor(seconds: number) {
    this.#seconds = seconds
  }

  check(): boolean {
    return true
  }

  async run(_model: Model, { clock }: Real): Promise<void> {
    clock.seconds = NOW + this.#seconds
  }

  toString(): string {
    return `clock(${this.#seconds})`
  }
}

const names = fc.array(fc.constantFrom(...Object.keys(TOKENS)), { minLength: 1, maxLength: 4 })
const seconds = fc.oneof(
  fc.integer({ min: -700, max: 700 }),
  fc.constantFrom(-86_400, -11, -10, -5, 0, 29.999, 30, 34.999, 35, 115, 119, 600, 604.999, 605, 86_400),
)
const commands = fc.commands(
  [
    fc
      .tuple(names, fc.constantFrom<Scope>('controls:read', 'imports:write'))
      .map(([tokens, scope]) => new Send(tokens, scope)),
    fc.tuple(names, fc.constantFrom<Scope>('controls:read')).map(([tokens, scope]) => new Send(tokens, scope)),
    seconds.map(offset => new SetClock(offset)),
  ],
  { maxCommands: 20 },
)

test('with and without the cache the outcomes are equal, for any requests and any moves of the clock', async () => {
  await fc.assert(
    fc.asyncProperty(commands, async sequence => {
      const clock = settableClock()
      const servers = [0, 2, 10_000].map(tokenCacheMaxEntries =>
        createResourceServer(optionsFor(KEY, { clock: clock.read, tokenCacheMaxEntries })),
      )
      await fc.asyncModelRun(() => ({ model: {}, real: { clock, servers } }), sequence)
    }),
    { numRuns: 100 },
  )
})
