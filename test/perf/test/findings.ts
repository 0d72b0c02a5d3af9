import { METRICS } from '../src/bars.ts'
import type { Findings } from '../src/report/collect.ts'

/** Findings of the shape that a whole run has, with figures that nobody measured. */
export const FINDINGS: Findings = {
  metrics: Object.fromEntries(
    Object.entries(METRICS).map(([name, { bar = 1 }]) => [
      name,
      { value: bar, spread: [bar * 0.9, bar * 1.1], unit: name.startsWith('bytes_') ? 'bytes' : 'ratio' },
    ]),
  ),
  series: {
    throughput: [
      {
        name: 'ours',
        points: [
          ['one at a time', 26_012],
          ['64 in flight', 52_340],
        ],
      },
      {
        name: 'jose',
        points: [
          ['one at a time', 11_230],
          ['64 in flight', 27_400],
        ],
      },
      {
        name: 'floor',
        points: [
          ['one at a time', 32_100],
          ['64 in flight', 58_000],
        ],
      },
    ],
    requests: [
      { name: 'ours', points: [['Fastify', 21_300]] },
      { name: 'bare', points: [['Fastify', 22_900]] },
      { name: 'fastifyJwt', points: [['Fastify', 3_320]] },
      { name: 'ours', points: [['Express', 11_800]] },
      { name: 'bare', points: [['Express', 12_100]] },
      { name: 'auth0', points: [['Express', 5_050]] },
    ],
    flood: [
      {
        name: 'valid requests alone',
        points: [
          ['p50', 0.31],
          ['p99', 1.21],
        ],
      },
      {
        name: 'with as many forged ones',
        points: [
          ['p50', 0.36],
          ['p99', 1.94],
        ],
      },
    ],
    growth: [
      {
        name: 'cached tokens',
        points: [
          [1000, 1700],
          [1_000_000, 3700],
        ],
      },
      {
        name: 'scopes',
        points: [
          [1, 1700],
          [1000, 1710],
        ],
      },
      {
        name: 'routes',
        points: [
          [10, 1700],
          [2000, 1705],
        ],
      },
      {
        name: 'issuers',
        points: [
          [1, 1700],
          [10_000, 1950],
        ],
      },
    ],
    token_length: [
      {
        name: 'ours',
        points: [
          [350, 1400],
          [700, 1900],
          [8000, 9000],
        ],
      },
      {
        name: 'floor',
        points: [
          [350, 1100],
          [700, 1450],
          [8000, 8500],
        ],
      },
    ],
  },
  notes: ['Nobody measured this.'],
  failures: [],
}
