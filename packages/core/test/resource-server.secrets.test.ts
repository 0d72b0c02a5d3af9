import { channel } from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { createResourceServer } from '../src/resource-server.ts'
import { requestWith, tampered } from './support/requests.ts'
import { compact, keys, type Members, mint, NOW, optionsFor } from './support/tokens.ts'

const KEY = await keys()
const CANARY = 'canary-in-an-unverified-claim'

/** Everything that a log, a debugger or a serialiser could show of a value. */
const shown = (value: unknown) =>
  `${inspect(value, { depth: null, showHidden: true, maxStringLength: null, maxArrayLength: null })}${JSON.stringify(value)}${value instanceof Error ? value.stack : ''}`

const TOKENS: readonly (readonly [string, string])[] = await Promise.all(
  (
    [
      ['good', mint(KEY)],
      ['lacking privilege', mint(KEY, { scope: 'imports:write' })],
      ['changed signature', mint(KEY, { sub: CANARY }).then(token => tampered(token))],
      ['unknown key', mint(KEY, { sub: CANARY }, { kid: CANARY })],
      ['expired', mint(KEY, { sub: CANARY, exp: NOW - 60 })],
      ['another issuer', mint(KEY, { iss: `https://${CANARY}.example` })],
      ['another audience', mint(KEY, { aud: [CANARY, CANARY] })],
      ['malformed claim', mint(KEY, { exp: CANARY })],
      ['bound', mint(KEY, { cnf: { jkt: CANARY } })],
      ['crit', Promise.resolve(compact(JSON.stringify({ alg: 'ES256', crit: [CANARY] } satisfies Members), '{}'))],
      ['opaque', Promise.resolve(CANARY)],
      ['too large', Promise.resolve(CANARY.repeat(1000))],
    ] as const
  ).map(async ([name, token]) => [name, await token] as const),
)

test.each(TOKENS)(
  '%s: neither the token nor an unverified claim shows in outcomes, events, errors or the server itself',
  async (_name, token) => {
    const api = createResourceServer(optionsFor(KEY))
    const events: unknown[] = []
    const listen = (event: unknown) => events.push(event)
    const channels = ['scopeward:granted', 'scopeward:denied', 'scopeward:key-set'].map(name => channel(name))
    for (const each of channels) each.subscribe(listen)
    const guard = api.guard('controls:read')
    const found: unknown[] = [api, guard, events]
    for (const _again of [1, 2]) {
      found.push(await guard.check(requestWith(token)))
      found.push(await api.verify(token).catch(error => error))
    }
    for (const each of channels) each.unsubscribe(listen)
    expect(events.length).toBeGreaterThan(1)
    const text = found.map(shown).join('\n')
    for (const secret of [token, ...token.split('.').filter(part => part.length > 20), CANARY]) {
      expect(text).not.toContain(secret)
    }
  },
)
