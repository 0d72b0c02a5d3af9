import { expect, test } from 'vitest'
import { type Command, TOKEN_KINDS, type TokenKind } from '../src/cache/commands.ts'
import { createParties } from '../src/cache/parties.ts'
import { Sequence } from '../src/cache/sequence.ts'
import { cache } from '../src/cache/target.ts'
import { Tally } from '../src/tally.ts'

test('for a second: a server that remembers tokens answers as one that does not, whatever the commands', async () => {
  const { inputs } = await cache.run({ seed: 1, milliseconds: 1000 })
  expect(inputs).toBeGreaterThan(0)
})

const token = (kind: TokenKind): number => TOKEN_KINDS.indexOf(kind)
const send = (kind: TokenKind): Command => ({ kind: 'send', tokens: [token(kind), token(kind)], route: 2 })
const prove = (kind: TokenKind): Command => ({ kind: 'prove', token: token(kind), proof: 0, scheme: 'DPoP', route: 2 })
const advance = (advanceSeconds: number): Command => ({ kind: 'clock', advanceSeconds })

test.each<[string, readonly Command[], readonly string[]]>([
  ['a token expires', [send('short'), advance(36), send('short')], ['send: granted', 'send: token_expired']],
  ['a proof is used twice', [prove('bound'), prove('bound')], ['prove: granted', 'prove: dpop_proof_replayed']],
  [
    'a key is withdrawn and another token makes the server notice',
    [
      send('long'),
      send('long'),
      { kind: 'keys', change: 'withdraw' },
      advance(10),
      { kind: 'verify', tokens: [token('with an unknown kid')] },
      send('long'),
    ],
    ['send: granted', 'verify: key_unknown', 'send: key_unknown'],
  ],
  [
    'a client is revoked',
    [
      send('of another client'),
      { kind: 'revoke', what: 'clientId', token: token('of another client'), agoSeconds: -5 },
      send('of another client'),
      send('long'),
    ],
    ['send: granted', 'send: token_revoked'],
  ],
  [
    'an issuer takes an opaque token back while the clock is behind',
    [send('opaque'), advance(-7), { kind: 'revoke at the issuer', token: token('opaque') }, send('opaque')],
    ['send: granted', 'revoke at the issuer: token_inactive', 'send: token_inactive'],
  ],
  [
    'the issuer is down longer than keys are believed',
    [send('long'), { kind: 'fault', fault: 'down' }, advance(4200), send('long')],
    ['send: granted', 'send: keys_unavailable'],
  ],
])('the commands do what they say, on both servers: %s', async (_case, commands, expected) => {
  const tally = new Tally()
  const settings = {
    tokenCacheMaxEntries: 10_000,
    clockToleranceSeconds: 5,
    staleIfErrorSeconds: 60,
    refreshCooldownSeconds: 5,
    keySetMaxAgeSeconds: 600,
  }
  const sequence = new Sequence(await createParties(), settings, tally)
  try {
    for (const command of commands) await sequence.obey(command)
  } finally {
    sequence.stop()
  }
  expect(Object.keys(tally.counts).toSorted()).toEqual([...expected].toSorted())
})
