import { channel } from 'node:diagnostics_channel'
import { readFileSync } from 'node:fs'
import { createResourceServer } from '@scopeward/core'
import { createTestIssuer } from '@scopeward/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { instrument } from '../../src/index.ts'
import { AUDIENCE } from '../support/apis.ts'
import { labelNamesOf, type Naming, selectorsOf, seriesOf } from '../support/prometheus.ts'
import { createMetering, type Metric } from '../support/telemetry.ts'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

interface Rules {
  readonly groups: readonly { readonly rules: readonly Rule[] }[]
}
interface Rule {
  readonly alert: string
  readonly expr: string
  readonly for: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly description: string }
}
interface Dashboard {
  readonly panels: readonly { readonly type: string; readonly title: string; readonly targets?: readonly Target[] }[]
  readonly templating: { readonly list: readonly Variable[] }
}
interface Target {
  readonly datasource: { readonly uid: string }
  readonly expr: string
  readonly legendFormat: string
}
interface Variable {
  readonly name: string
  readonly type: string
  readonly datasource?: { readonly uid: string }
  readonly query: string | { readonly query: string }
}

const dashboard = JSON.parse(read('dashboards/scopeward.json')) as Dashboard
const targets = dashboard.panels.flatMap(panel => panel.targets ?? [])
const rules = (parse(read('alerts/scopeward.rules.yaml')) as Rules).groups.flatMap(group => group.rules)

let metrics: readonly Metric[] = []

/** Every metric with every attribute that they can have: requests let through, refused and not checked, a failing issuer. */
beforeAll(async () => {
  const metering = createMetering()
  const stop = instrument({ meter: metering.meter })
  const issuers = await Promise.all([
    createTestIssuer({ algorithm: 'ES256' }),
    createTestIssuer({ algorithm: 'ES256' }),
  ])
  const [well, failing] = issuers
  failing.setFault('down')
  const scopes = { 'orders:read': 'Read orders' }
  const names = issuers.map(({ issuer }) => issuer)
  const api = createResourceServer({ issuer: names, allowHttpOnLoopback: true, audience: AUDIENCE, scopes })
  const token = await well.token({ scope: 'orders:read' })
  for (const sent of [token, token, 'x', await failing.token()]) {
    const headers = { authorization: `Bearer ${sent}` }
    await api.check({ method: 'GET', url: '/', route: '/', headers }, 'orders:read')
  }
  channel('scopeward:redis').publish({ part: 'replay_store', problem: undefined })
  metrics = await metering.metrics()
  stop()
  await Promise.all(issuers.map(issuer => issuer.stop()))
})

const expressions = (): readonly string[] => [
  ...targets.map(({ expr }) => expr),
  ...rules.map(({ expr }) => expr),
  ...dashboard.templating.list.flatMap(({ query }) => (typeof query === 'string' ? [] : [query.query])),
]

/** What an expression names that no exporter gives: metrics, labels, values of labels. */
function unknownIn(expression: string, naming: Naming): readonly string[] {
  const series = seriesOf(metrics, naming)
  const anyLabel = new Set([...series.values()].flatMap(labels => [...labels.keys()]))
  const inSelectors = selectorsOf(expression).flatMap(({ name, matchers }) => {
    const labels = series.get(name)
    if (labels === undefined) return [name]
    return matchers
      .filter(({ label, value, isLiteral }) => !labels.get(label)?.has(value) && (isLiteral || !labels.has(label)))
      .map(({ label, value }) => `${name}{${label}="${value}"}`)
  })
  return [...inSelectors, ...labelNamesOf(expression).filter(label => !anyLabel.has(label))]
}

test('every metric, label and value that dashboard and alerts name is one that the instruments create', () => {
  expect(expressions().length).toBeGreaterThan(25)
  for (const expression of expressions()) expect(unknownIn(expression, 'with units'), expression).toEqual([])
})

test('without "_seconds" they are those of an exporter that leaves units out, as the one for JavaScript does', () => {
  for (const expression of expressions()) {
    const changed = expression.replaceAll('_seconds', '')
    expect(unknownIn(changed, 'without units'), changed).toEqual([])
  }
})

test('the check above notices what is misspelt', () => {
  const misspelt: Readonly<Record<string, readonly string[]>> = {
    scopeward_request_total: ['scopeward_request_total'],
    'rate(scopeward_key_set_age_total[5m])': ['scopeward_key_set_age_total'],
    'scopeward_requests_total{scopeward_outcome="refused"}': ['scopeward_requests_total{scopeward_outcome="refused"}'],
    'scopeward_redis_available{http_route=~"$route"}': ['scopeward_redis_available{http_route="$route"}'],
    'sum by (error_code) (scopeward_requests_total)': ['error_code'],
  }
  for (const [expression, unknown] of Object.entries(misspelt)) {
    expect(unknownIn(expression, 'with units')).toEqual(unknown)
  }
})

test('every metric is on the dashboard', () => {
  const shown = new Set(targets.flatMap(({ expr }) => selectorsOf(expr).map(({ name }) => name)))
  const names = metrics.map(metric => [...seriesOf([metric], 'with units').keys()])
  expect(names.filter(alternatives => !alternatives.some(name => shown.has(name)))).toEqual([])
})

describe('the dashboard', () => {
  test('asks the data source that the reader chooses', () => {
    expect(dashboard.templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource', query: 'prometheus' })
    const sources = [...targets, ...dashboard.templating.list.slice(1)].map(({ datasource }) => datasource?.uid)
    // biome-ignore lint/suspicious/noTemplateCurlyInString: how Grafana writes a variable
    expect(new Set(sources)).toEqual(new Set(['${datasource}']))
  })

  test('uses every variable that it has, and none that it lacks', () => {
    const given = dashboard.templating.list.map(({ name }) => name)
    const text = JSON.stringify(dashboard.panels)
    const used = [...text.matchAll(/\$\{?(\w+)/g)].map(([, name]) => name as string)
    const ofGrafana = ['__rate_interval']
    expect([...new Set(used)].sort()).toEqual([...given, ...ofGrafana].sort())
  })

  test('shows in its legends only labels that the query keeps', () => {
    for (const { expr, legendFormat } of targets) {
      const kept = new Set(labelNamesOf(expr))
      const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name as string)
      expect(
        shown.filter(label => !kept.has(label)),
        expr,
      ).toEqual([])
    }
  })

  test('has one panel for each title', () => {
    const titles = dashboard.panels.map(({ title }) => title)
    expect(new Set(titles).size).toBe(titles.length)
  })
})

test('every alert waits, has a severity, and says what to do with labels that the query keeps', () => {
  expect(rules.map(({ alert }) => alert)).toEqual([
    'ScopewardCannotCheck',
    'ScopewardKeySetFailing',
    'ScopewardKeySetTooOld',
    'ScopewardKeySetEmpty',
    'ScopewardFetchesFail',
    'ScopewardDenialSurge',
    'ScopewardSlowVerification',
    'ScopewardRedisUnavailable',
  ])
  for (const rule of rules) {
    expect(rule.for).toMatch(/^\d+m$/)
    expect(rule.labels.severity).toMatch(/^(?:critical|warning)$/)
    const aggregated = labelNamesOf(rule.expr)
    // Without an aggregation every label of the series is kept.
    const plain = selectorsOf(rule.expr).flatMap(({ name }) => [
      ...(seriesOf(metrics, 'with units').get(name)?.keys() ?? []),
    ])
    const kept = aggregated.length > 0 ? aggregated : ['job', ...plain]
    const { summary, description } = rule.annotations
    const shown = [...`${summary} ${description}`.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label as string)
    expect(
      shown.filter(label => !kept.includes(label)),
      rule.alert,
    ).toEqual([])
  }
})
