import { describe, expect, test } from 'vitest'
import { METRICS } from '../src/bars.ts'
import type { Metric } from '../src/measure/metric.ts'
import { replaceBlocks } from '../src/report/blocks.ts'
import { collect } from '../src/report/collect.ts'
import { toJson } from '../src/report/json.ts'
import { renderMarkdownTable, renderTable } from '../src/report/table.ts'
import { shortfalls, verdictOn } from '../src/report/verdict.ts'

const ratio = (value: number): Metric => ({ value, spread: [value * 0.9, value * 1.1], unit: 'ratio' })

/** Every metric exactly at its bar. */
const ALL_AT_THE_BAR = Object.fromEntries(Object.entries(METRICS).map(([name, { bar = 1 }]) => [name, ratio(bar)]))

describe('the verdict', () => {
  test.each([
    ['higher', 2, 2, 'met'],
    ['higher', 2, 3, 'met'],
    ['higher', 2, 1.86, 'MISSED by 7 %'],
    ['higher', 2, 1.999, 'MISSED by less than 1 %'],
    ['lower', 2, 2, 'met'],
    ['lower', 2, 1, 'met'],
    ['lower', 2, 3, 'MISSED by 50 %'],
    ['lower', 1500, 1501, 'MISSED by less than 1 %'],
  ] as const)('where %s is better and the bar is %d: %d is %s', (better, bar, value, expected) => {
    expect(verdictOn({ says: '', better, bar }, ratio(value))).toBe(expected)
  })

  test('is none where there is no bar', () => {
    expect(verdictOn({ says: '', better: 'lower' }, ratio(1000))).toBe('–')
  })
})

describe('the budget', () => {
  test('holds where every metric is at its bar', () => {
    expect(shortfalls(ALL_AT_THE_BAR, true)).toEqual([])
  })

  test('names a metric that is under its bar, and one that is over where lower is better', () => {
    const metrics = { ...ALL_AT_THE_BAR, warm_vs_floor: ratio(0.6), flood_p99: ratio(3) }
    expect(shortfalls(metrics, true)).toEqual([
      'warm_vs_floor is 0.600, ≥ 0.75: MISSED by 20 %.',
      'flood_p99 is 3.00, ≤ 2: MISSED by 50 %.',
    ])
  })

  test('names a metric that was not measured, unless a part of the suites was asked for', () => {
    const { express_vs_auth0: _, ...metrics } = ALL_AT_THE_BAR
    expect(shortfalls(metrics, true)).toEqual(['express_vs_auth0 was not measured.'])
    expect(shortfalls(metrics, false)).toEqual([])
  })

  test('does not ask for metrics without a bar', () => {
    const { import_ms_vs_auth0: _, ...metrics } = ALL_AT_THE_BAR
    expect(shortfalls(metrics, true)).toEqual([])
  })

  test('has the bars of every metric that must show', () => {
    const bars = Object.entries(METRICS).flatMap(([name, { bar, better }]) =>
      bar === undefined ? [] : [`${name} ${better === 'higher' ? '>=' : '<='} ${bar}`],
    )
    expect(bars).toEqual([
      'warm_vs_fast_jwt_cached >= 2.2',
      'warm_vs_floor >= 0.75',
      'cold_serial_rs256_vs_floor >= 0.8',
      'cold_serial_es256_vs_floor >= 0.9',
      'cold_serial_ed25519_vs_floor >= 0.93',
      'cold_serial_rs256_vs_best_peer >= 1',
      'cold_64_rs256_vs_floor >= 0.75',
      'cold_64_es256_vs_floor >= 0.85',
      'cold_64_ed25519_vs_floor >= 0.9',
      'cold_64_rs256_vs_jose >= 1.8',
      'cold_64_rs256_vs_best_peer >= 1.4',
      'fastify_vs_bare >= 0.9',
      'fastify_vs_fastify_jwt >= 6',
      'fastify_vs_fastify_jwt_jwks >= 5',
      'express_vs_bare >= 0.95',
      'express_vs_auth0 >= 1.9',
      'express_vs_express_jwt >= 2',
      'dpop_vs_floor >= 0.75',
      'dpop_vs_auth0 >= 1.5',
      'flood_p99 <= 2',
      'ledger_overhead <= 1.03',
      'warm_growth_1k_to_1m <= 3',
      'bytes_per_cached_token <= 1500',
      'scopes_growth_1_to_1000 <= 1.5',
      'routes_growth_10_to_2000 <= 1.1',
      'issuers_growth_1_to_10000 <= 1.3',
    ])
  })
})

describe('the table', () => {
  const metrics: Record<string, Metric> = {
    warm_vs_floor: { value: 0.6978, spread: [0.681, 0.7123], unit: 'ratio' },
    bytes_per_cached_token: { value: 1234.5, spread: [1230, 1240], unit: 'bytes' },
    import_ms_vs_auth0: { value: 0.5, spread: [0.4, 12.34], unit: 'ratio' },
  }

  test('has metric, value, spread, bar and verdict, of those that were measured', () => {
    expect(renderTable(metrics).split('\n')).toEqual([
      'metric                  value    spread         bar      verdict',
      'warm_vs_floor           0.698    0.681 – 0.712  ≥ 0.75   MISSED by 7 %',
      'import_ms_vs_auth0      0.500    0.400 – 12.3   –        –',
      'bytes_per_cached_token  1,230 B  1,230 – 1,240  ≤ 1,500  met',
    ])
  })

  test('says on the page what each metric is', () => {
    const [head, rule, ...rows] = renderMarkdownTable(metrics).split('\n')
    expect(head?.split('|').map(cell => cell.trim())).toEqual([
      '',
      'metric',
      'value',
      'spread',
      'bar',
      'verdict',
      'what it is',
      '',
    ])
    expect(rule).toMatch(/^(\| -+ )+\|$/)
    expect(rows).toHaveLength(3)
    expect(rows[2]).toContain(METRICS.bytes_per_cached_token?.says)
  })
})

test('the JSON has node, quick and the metrics with four digits, and nothing else', () => {
  const metrics: Record<string, Metric> = {
    warm_vs_floor: { value: 0.697_849, spread: [0.681_23, 1.712_34], unit: 'ratio' },
    bytes_per_cached_token: { value: 1234.56, spread: [1230, 12_345], unit: 'bytes' },
  }
  const text = toJson(metrics, true)
  expect(JSON.parse(text)).toEqual({
    node: process.version,
    quick: true,
    metrics: {
      warm_vs_floor: { value: 0.6978, spread: [0.6812, 1.712], unit: 'ratio' },
      bytes_per_cached_token: { value: 1235, spread: [1230, 12_350], unit: 'bytes' },
    },
  })
})

describe('a run of several suites', () => {
  const settings = { quick: true, rounds: 5, fixtures: '/nowhere.json' }

  test('collects metrics, notes and what pictures show, and puts curves of one picture together', async () => {
    const curve = (name: string) => ({ name, points: [[1, 2]] as const })
    const findings = await collect(
      {
        warm: async () => ({ metrics: { warm_vs_floor: ratio(1) }, series: { growth: [curve('a')] }, notes: ['One.'] }),
        flood: async () => ({ metrics: { flood_p99: ratio(2) }, series: { growth: [curve('b')] } }),
      },
      settings,
      () => undefined,
    )
    expect(findings).toEqual({
      metrics: { warm_vs_floor: ratio(1), flood_p99: ratio(2) },
      series: { growth: [curve('a'), curve('b')] },
      notes: ['warm: One.'],
      failures: [],
    })
  })

  test('goes on after a suite that fails, and after one whose figures are none; both are named', async () => {
    const findings = await collect(
      {
        warm: async () => Promise.reject(new Error('No port.')),
        cold: async () => ({ metrics: { warm_vs_floor: ratio(Number.NaN) } }),
        import: async () => ({ metrics: { warm_vs_nothing: ratio(1) } }),
        flood: async () => ({ metrics: { flood_p99: ratio(2) } }),
      },
      settings,
      () => undefined,
    )
    expect(Object.keys(findings.metrics)).toEqual(['flood_p99'])
    expect(findings.failures).toEqual([
      'warm: No port.',
      'cold: The metric "warm_vs_floor" is no number.',
      'import: The metric "warm_vs_nothing" is not in bars.ts.',
    ])
  })
})

describe('a block of the page', () => {
  const block = (name: string, text: string) => `<!-- bench:begin ${name} -->${text}<!-- bench:end ${name} -->`
  const page = `Above.\n\n${block('one', '\n\nold\n\n')}\n\nBetween.\n\n${block('two', '\n')}\n\nBelow.\n`

  test('is replaced, and what stands around it stays', () => {
    expect(replaceBlocks(page, { one: '$1 new', two: 'newer' })).toBe(
      `Above.\n\n${block('one', '\n\n$1 new\n\n')}\n\nBetween.\n\n${block('two', '\n\nnewer\n\n')}\n\nBelow.\n`,
    )
  })

  test('that nobody writes, or that has no place, is an error', () => {
    expect(() => replaceBlocks(page, { one: 'new' })).toThrow('"two"')
    expect(() => replaceBlocks(page, { one: '', two: '', three: '', four: '' })).toThrow('three, four')
  })
})
