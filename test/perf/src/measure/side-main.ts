import { readFixtures } from '../tokens/fixtures.ts'
import { answerParent } from './answer-parent.ts'
import type { PrepareSide } from './side.ts'

/** The process of one side: prepares it, then measures as often as it is told to. */
const [, , module = '', fixtures = '', variant = ''] = process.argv
const { default: prepare } = (await import(module)) as { readonly default: PrepareSide }
const side = await prepare(readFixtures(fixtures), variant)

answerParent('ready', () => side.measure())
