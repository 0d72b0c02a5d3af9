import { answerParent } from '../measure/answer-parent.ts'
import type { ServerSettings, StartServer } from './server-settings.ts'

/** The process of one server: listens, and says how much processor time it has taken. */
const [, , module = '', variant = '', settings = ''] = process.argv
process.env.NODE_ENV = 'production'
const { default: start } = (await import(module)) as { readonly default: StartServer }
const url = await start(JSON.parse(settings) as ServerSettings, variant)

answerParent(url, async () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
})
