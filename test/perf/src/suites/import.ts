import { costRatio, median } from '../measure/metric.ts'
import { measureRounds } from '../measure/rounds.ts'
import type { Suite } from './suite.ts'

/** What a process that starts waits for. */
export const importing: Suite = async ({ fixtures, quick, rounds }) => {
  const processes = quick ? 2 : 5
  const plan = (library: string) => ({ module: 'import-process', variant: `${library} ${processes}` })
  const measured = await measureRounds({ ours: plan('ours'), auth0: plan('auth0') }, fixtures, rounds)
  const milliseconds = (side: 'ours' | 'auth0') => Math.round(median(measured.map(round => round[side])) / 1e6)
  return {
    metrics: { import_ms_vs_auth0: costRatio(measured, 'ours', 'auth0') },
    notes: [
      `import_ms_vs_auth0: ${milliseconds('ours')} ms with import, over ${milliseconds('auth0')} ms with require, its faster form.`,
    ],
  }
}
