import { parseArgs } from 'node:util'
import { checkExample } from './check.ts'
import type { Decision } from './decisions.ts'
import { guideText } from './guide.ts'
import { Lifetime } from './lifetime.ts'
import { startExample } from './start.ts'

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false }, redis: { type: 'string' } } })
const lifetime = new Lifetime()
const decisions: (Decision & { readonly apiProcess: 1 | 2 })[] = []

process.exitCode = 1 // until all is well
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => void end(values.check ? 1 : 0))

try {
  if (!values.check) console.log('Starting Redis, an authorization server and two API processes, in about 6 seconds …')
  const example = await startExample({
    redisUrl: values.redis,
    lifetime,
    onDecision: (apiProcess, decision) => {
      if (values.check) decisions.push({ ...decision, apiProcess })
      else console.log(decisionText(apiProcess, decision))
    },
    onEnd: () => {
      if (lifetime.isOver) return
      console.error('An API process has ended.')
      void end(1)
    },
  })
  if (values.check) await end((await checkExample(example, decisions, console.log)) ? 0 : 1)
  else console.log(await guideText(example))
} catch (error) {
  if (!lifetime.isOver) console.error(error instanceof Error ? error.message : error)
  await end(1)
}

/** `process.exit`, because a start that was interrupted would go on; what it has started ends with this process. */
async function end(code: number): Promise<void> {
  await lifetime.end()
  process.exit(code)
}

function decisionText(apiProcess: number, { outcome, clientId = '?', route = '', code, cached }: Decision): string {
  const why = code ?? (cached ? 'token remembered' : 'token checked')
  return `process ${apiProcess}  ${outcome.padEnd(8)}${clientId.padEnd(10)}${route}  ${why}`
}
