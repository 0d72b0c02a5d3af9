import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Outcome } from '../src/guard.ts'
import { createResourceServer } from '../src/resource-server.ts'
import type { ResourceServer } from '../src/resource-server-contract.ts'
import { createRevocationList, type MemoryRevocationList } from '../src/revocation/create-revocation-list.ts'
import type { Revocation } from '../src/revocation/parse-revocation.ts'
import { requestWith, tampered } from './support/requests.ts'
import { clientKey, ORIGIN, proofFor, sent } from './support/senders.ts'
import { keys, mint, NOW, optionsFor, type Scope, settableClock } from './support/tokens.ts'

/**
 * The cache of verified tokens must not show: whatever is sent, and however the clock moves, the outcome is the one that
 * a resource server without a cache gives, revocations and used-up proofs included.
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

const CLIENT = await clientKey()
const BOUND: Readonly<Record<string, string>> = {
  'bound to the key': await mint(KEY, { cnf: { jkt: CLIENT.thumbprint }, jti: 'token-2' }),
  'bound to the key, another one': await mint(KEY, {
    cnf: { jkt: CLIENT.thumbprint },
    jti: 'token-3',
    client_id: 'app',
  }),
  'bound to another key': await mint(KEY, { cnf: { jkt: (await clientKey()).thumbprint } }),
  'bound to nothing': GOOD,
}
/** Few, so that most are sent more than once, with the token that they were made for and with others. */
const PROOFS = await Promise.all(
  Object.values(BOUND).flatMap(token => [-50, 0, 8].map(age => CLIENT.proof(proofFor(token, { iat: NOW + age })))),
)

type Model = Record<string, never>
interface Real {
  readonly clock: { seconds: number }
  readonly servers: readonly ResourceServer<Scope>[]
  readonly revocations: readonly MemoryRevocationList[]
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

class Prove implements fc.AsyncCommand<Model, Real> {
  readonly #token: string
  readonly #proof: number
  readonly #scheme: 'Bearer' | 'DPoP'

  constructor(token: string, proof: number, scheme: 'Bearer' | 'DPoP') {
    this.#token = token
    this.#proof = proof
    this.#scheme = scheme
  }

  check(): boolean {
    return true
  }

  async run(_model: Model, { servers }: Real): Promise<void> {
    const { [this.#token]: token = '' } = BOUND
    const request = sent({ token, scheme: this.#scheme, proofs: [PROOFS[this.#proof] as string] })
    const [uncached, ...cached] = await Promise.all(
      servers.map(async server => told(await server.check(request, 'controls:read'))),
    )
    for (const outcome of cached) expect(outcome).toBe(uncached)
  }

  toString(): string {
    return `prove(${this.#scheme} ${this.#token}: ${this.#proof})`
  }
}

class Revoke implements fc.AsyncCommand<Model, Real> {
  readonly #revocation: Revocation

  constructor(revocation: Revocation) {
    this.#revocation = revocation
  }

  check(): boolean {
    return true
  }

  async run(_model: Model, { revocations }: Real): Promise<void> {
    for (const list of revocations) list.revoke(this.#revocation)
  }

  toString(): string {
    return `revoke(${JSON.stringify(this.#revocation)})`
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
const prove = fc
  .tuple(
    fc.constantFrom(...Object.keys(BOUND)),
    fc.nat(PROOFS.length - 1),
    fc.constantFrom<'Bearer' | 'DPoP'>('DPoP', 'DPoP', 'DPoP', 'Bearer'),
  )
  .map(sending => new Prove(...sending))
const revoke = fc
  .constantFrom<Revocation>(
    { tokenId: 'token-2' },
    { clientId: 'app' },
    { subject: 'nightly-import', issuedBefore: new Date((NOW - 20) * 1000) },
    { issuedBefore: new Date((NOW - 600) * 1000) },
  )
  .map(revocation => new Revoke(revocation))
const commands = fc.commands(
  [
    prove,
    prove,
    revoke,
    fc
      .tuple(names, fc.constantFrom<Scope>('controls:read', 'imports:write'))
      .map(([tokens, scope]) => new Send(tokens, scope)),
    fc.tuple(names, fc.constantFrom<Scope>('controls:read')).map(([tokens, scope]) => new Send(tokens, scope)),
    seconds.map(offset => new SetClock(offset)),
  ],
  { maxCommands: 20 },
)

test('with and without the cache the outcomes are equal, for any requests, proofs, revocations and moves of the clock', async () => {
  await fc.assert(
    fc.asyncProperty(commands, async sequence => {
      const clock = settableClock()
      const sizes = [0, 2, 10_000]
      const revocations = sizes.map(() => createRevocationList({ clock: clock.read }))
      const servers = sizes.map((tokenCacheMaxEntries, index) => {
        const revocation = revocations[index] as MemoryRevocationList
        const own = { clock: clock.read, tokenCacheMaxEntries, revocation }
        return createResourceServer(optionsFor(KEY, { ...own, dpop: 'accepted', publicOrigin: ORIGIN }))
      })
      await fc.asyncModelRun(() => ({ model: {}, real: { clock, servers, revocations } }), sequence)
    }),
    { numRuns: 150 },
  )
})
