import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkTour } from '../src/check.ts'
import { curlLine, guideText, tokenLines } from '../src/print.ts'
import { stops } from '../src/stops.ts'
import { startTour, type Tour } from '../src/tour.ts'

let tour: Tour
beforeAll(async () => {
  tour = await startTour()
})
afterAll(() => tour.stop())

test('the check takes every stop at both APIs and finds all as expected', async () => {
  let printed = ''
  expect(await checkTour(tour, text => (printed += text))).toBe(true)
  expect(printed.match(/ ok$/gm)).toHaveLength(1 + 2 * stops.length)
})

test('the check fails and says WRONG where an API answers something else', async () => {
  let printed = ''
  const wrong = { ...tour, apis: { ...tour.apis, Fastify: tour.issuer } }
  expect(await checkTour(wrong, text => (printed += text))).toBe(false)
  expect(printed).toContain('WRONG')
})

test('the guide prints the addresses, the client and a line for every stop', () => {
  const guide = guideText(tour)
  for (const text of [tour.issuer, tour.apis.Express, tour.apis.Fastify, 'nightly-report', 'tour-secret']) {
    expect(guide).toContain(text)
  }
  for (const stop of stops) expect(guide).toContain(curlLine(stop))
})

const hasCurl = spawnSync('curl', ['--version']).status === 0 && spawnSync('bash', ['--version']).status === 0

describe.runIf(hasCurl)('pasted into a shell (where curl is installed)', () => {
  test.each(['Express', 'Fastify'] as const)(
    'every printed line gets from the %s API what the guide says',
    async api => {
      const script = [
        `API=${tour.apis[api]}`,
        ...tokenLines(tour),
        ...stops.map(stop => `${curlLine(stop)} 2>/dev/null`),
      ]
      const output = await shell(script.join('\n'))
      const statuses = [...output.matchAll(/HTTP\/1\.1 (\d+)/g)].map(match => Number(match[1]))
      expect(statuses).toEqual(stops.map(stop => stop.expected.status))
      const challenges = [...output.matchAll(/^www-authenticate: (.*?)\r?$/gim)].map(match => match[1])
      expect(challenges).toEqual(stops.flatMap(stop => stop.expected.challenge ?? []))
    },
  )
})

function shell(script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('bash', ['-c', script], (error, stdout) => (error ? reject(error) : resolve(stdout)))
  })
}

test('the process exits 0 after its own check', () => {
  const main = new URL('../dist/main.js', import.meta.url).pathname
  expect(execFileSync(process.execPath, [main, '--check'], { encoding: 'utf8' })).toContain('all as expected')
})
