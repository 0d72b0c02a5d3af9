import { parseArgs } from 'node:util'
import { checkTour } from './check.ts'
import { guideText } from './print.ts'
import { startTour } from './tour.ts'

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const tour = await startTour()

if (values.check) {
  process.exitCode = (await checkTour(tour, console.log)) ? 0 : 1
  await tour.stop()
} else {
  console.log(guideText(tour))
  process.once('SIGINT', () => void tour.stop())
  process.once('SIGTERM', () => void tour.stop())
}
