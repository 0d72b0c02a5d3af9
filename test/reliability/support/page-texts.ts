import type { DenialCode } from '@scopeward/core'
import { markdownTable } from '../../perf/src/report/table.ts'

/** The parts of docs/reliability.md that nobody measures. What they claim is in the tables, or in the tests that they name. */

export const INTRODUCTION = `# Reliability

What clients get while the issuer, the clock, the process or Redis fails; what it costs the issuer and the memory; how it ends. Three rules hold in every row:

- "Could not check" is 503 with \`Retry-After\`, never access.
- Known keys serve on while they cannot be fetched: for \`staleIfErrorSeconds\` (an hour) after their freshness (ten minutes, where the issuer names no other) has ended. Meanwhile no request with a remembered token waits.
- Nothing needs a restart.

Every figure is measured by [test/reliability](../test/reliability/reliability.test.ts), with real servers, sockets and keys, and a clock that the test moves; a run that measures another one fails. Options are as in [Defaults](defaults.md).`

export const ISSUER_NOTES = `- An empty key set is a key set: it withdraws every key, and all tokens are refused. So is one whose keys cannot be told apart: more than four that fit a token are not tried. Publish the right set, and tokens are accepted \`refreshCooldownSeconds\` later.
- Where a fetch fails, the next one comes after 5, 10, 20, 40, 60 and then every 60 seconds. Where it works, unknown key ids cause one each 5 seconds at most; without any, the keys are fetched when 80 % of their freshness has passed.
- A fetch is up to three requests: for the key set, and for the metadata at one place or two. The metadata fail with the key set, except beside slow answers, endless bodies, bombs and odd key sets.
- A key id that the last fetch did not bring is unknown: 401. From when a fetch fails, nobody knows: 503.
- An endless body, a bomb and 100,000 keys are given up at 512 KiB and the chunk that exceeds them.

How long keys are believed is the issuer's to say, between a minute and a day. With steady traffic under known keys:`

export const CLOCK_NOTES = `The clock of the API is wrong, that of the issuer is right. Tokens live for five minutes, but for one that was issued two hours ago and lives for ten days.`

export const STALL_NOTES = `A clock that goes back makes the keys due at once, and never fresh for longer. One that goes forward lets tokens expire: 401 is then what the API has to believe.

The loop stands still, and another thread's key server answers meanwhile:`

export const REDIS_NOTES = `An API with [\`@scopeward/redis\`](../packages/redis/README.md) for proofs and revocations. A thousand proofs are sent besides, all at once. "Then" is 31 seconds later, past \`maxAgeSeconds\`.`

export const REDIS_AFTERWARDS = `- A proof whose answer came too late counts as used: clients make a new one for every request.
- \`revoke()\` that rejects holds in its process all the same, and reaches the others when Redis is back.
- Bearer tokens that are not revoked go on after 5 seconds where Redis came back without data, and at once elsewhere.`

const WATCHED: readonly (readonly [sign: string, meaning: string])[] = [
  [
    '`scopeward:key-set`, `failed`, `failures` that grow',
    'The key server fails. Processes that have keys notice after `staleIfErrorSeconds`, new ones at once',
  ],
  [
    '`scopeward:key-set`, `refreshed`, `keys` lower than ever',
    'The issuer publishes the wrong set: tokens are refused',
  ],
  ["`ready()` with `keySet: 'unavailable'` or `'empty'`", 'A process has started without keys'],
  [codeLink('keys_unavailable'), 'With unknown key ids alone: a fetch failed. With every token: the keys are too old'],
  [`${codeLink('key_unknown')}, many`, 'Made-up key ids, or a key that is not published'],
  [codeLink('key_ambiguous'), 'The issuer gives several keys one `kid`'],
  [codeLink('token_issued_in_future'), "This clock is behind, or the issuer's ahead"],
  [`${codeLink('token_expired')}, of new tokens`, "This clock is ahead, or the issuer's behind"],
  [codeLink('signature_queue_full'), 'More new tokens than this machine can check, or a loop that stands still'],
  [codeLink('replay_store_unavailable'), 'Redis does not answer in time, is full, or has come back without data'],
  [codeLink('revocation_unavailable'), 'Redis has not answered for `maxAgeSeconds`: see `revocation.ageSeconds`'],
  ['`scopeward:redis`, `problem`', 'What is wrong with Redis, before clients notice'],
]

function codeLink(code: DenialCode): string {
  return `[\`${code}\`](errors.md#${code})`
}

export const WATCH = `## What to watch

\`\`\`ts
import { subscribe } from 'node:diagnostics_channel'
import type { DeniedEvent, KeySetEvent } from '@scopeward/core'
import type { RedisEvent } from '@scopeward/redis'

subscribe('scopeward:key-set', message => {
  const event = message as KeySetEvent
  if (event.outcome === 'failed') console.error(event.issuer, event.reason, event.failures, event.retryAfterSeconds)
  else if (event.keys === 0 || event.ignored.length > 0) console.warn(event.issuer, event.keys, event.ignored)
})
subscribe('scopeward:redis', message => {
  const { part, problem } = message as RedisEvent
  console.warn(part, problem ?? 'is well again')
})
subscribe('scopeward:denied', message => {
  const { status, code, detail } = message as DeniedEvent
  if (status === 503) console.error(code, detail)
})
\`\`\`

${markdownTable(['sign', 'what it means'], WATCHED)}

The event of the channel \`scopeward:key-set\`, by fault:`
