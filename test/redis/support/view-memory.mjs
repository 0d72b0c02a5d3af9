// A view of 100,000 revocations, alone in its process, so that the memory is its own.
import { createRevocationList } from '@scopeward/redis'
import { createClient } from 'redis'

const redis = createClient({ url: process.argv[2] })

/** What V8 sets aside for new objects, 30 MB once a process has been busy, is no view's. */
function fillYoungGeneration() {
  for (let round = 0; round < 20; round++) Array.from({ length: 50_000 }, (_, n) => ({ n, text: `text ${n}` }))
}

async function measure() {
  // What is freed by finalizers in one turn is collected in the next.
  for (let turn = 0; turn < 5; turn++) {
    global.gc()
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  return process.memoryUsage()
}

const few = createRevocationList(redis, { keyPrefix: 'few' })
await few.ready()
await few.close()
fillYoungGeneration()
const before = await measure()

const begun = performance.now()
const many = createRevocationList(redis, { keyPrefix: 'many' })
await many.ready()
const milliseconds = performance.now() - begun
const after = await measure()

const now = Math.floor(Date.now() / 1000)
const token = { issuer: 'https://login.example.com', clientId: 'ci', subject: 'ci', expiresAt: now + 60 }
const verdictOn = jti => many.verdictOn({ ...token, claims: { jti, iat: now } })
const verdicts = ['000001', '100000', '100001'].map(n => verdictOn(`00000000-0000-4000-8000-000000${n}`))
await many.close()

const megabytes = bytes => bytes / 1024 / 1024
/** Without the empty pages of V8's heap: how many it keeps for new objects varies by version and run. */
const residentOf = ({ rss, heapTotal, heapUsed }) => megabytes(rss - heapTotal + heapUsed)
const resident = residentOf(after) - residentOf(before)
process.send({
  resident,
  rss: megabytes(after.rss - before.rss),
  heap: megabytes(after.heapUsed - before.heapUsed),
  milliseconds,
  verdicts,
})
process.disconnect()
