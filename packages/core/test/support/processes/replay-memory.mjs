import { createHash } from 'node:crypto'
import { createReplayStore } from '@scopeward/core'

/** Fills a store of its own in a process of its own, and says by how much that grew. */
const PROOFS = 100_000
const NOW = 1_800_000_000_000
const MEGABYTE = 1024 * 1024

const keyOf = index => createHash('sha256').update(`proof ${index}`).digest('base64url')
const settled = async () => {
  for (let i = 0; i < 5; i++) {
    await new Promise(resolve => setImmediate(resolve))
    globalThis.gc()
  }
  return process.memoryUsage()
}

const store = createReplayStore({ clock: () => NOW })
for (let i = 0; i < 2000; i++) keyOf(-1 - i)
const before = await settled()
for (let i = 0; i < PROOFS; i++) {
  // As they come in over a minute.
  const issuedAt = NOW - (i % 60_000)
  store.remember({ key: keyOf(i), issuedAt, expiresAt: issuedAt + 65_000 })
  // The waste of making keys so fast is not the store's.
  if (i % 5000 === 0) globalThis.gc()
}
const after = await settled()
let replayed = 0
for (let i = 0; i < PROOFS; i++) {
  if (store.remember({ key: keyOf(i), issuedAt: NOW, expiresAt: NOW + 65_000 }) === false) replayed++
}
process.send({
  resident: (after.rss - before.rss) / MEGABYTE,
  heap: (after.heapUsed - before.heapUsed) / MEGABYTE,
  replayed,
})
