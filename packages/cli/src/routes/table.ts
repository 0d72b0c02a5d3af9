import type { RouteDescription } from '@scopeward/core'
import { plainText } from '../shared/printable.ts'
import { column, type Paint, type Tone } from '../shared/style.ts'

const TONES: Readonly<Record<RouteDescription['kind'], Tone>> = {
  guarded: 'good',
  optional: 'warning',
  public: 'quiet',
  uncovered: 'bad',
}

const MAX_LENGTH = 1000

/** One line for each route: method, path, kind, requirement. */
export function routesTable(described: readonly RouteDescription[], paint: Paint): string {
  const routes = described.map(route => ({ ...route, path: plainText(route.path, MAX_LENGTH) }))
  const rows = [{ method: 'METHOD', path: 'PATH', kind: 'KIND' }, ...routes]
  const widthOf = (name: 'method' | 'path' | 'kind') => Math.max(...rows.map(row => row[name].length)) + 2
  const [method, path, kind] = [widthOf('method'), widthOf('path'), widthOf('kind')]
  const head = paint('strong', `${'METHOD'.padEnd(method)}${'PATH'.padEnd(path)}${'KIND'.padEnd(kind)}REQUIREMENT`)
  const lines = routes.map(route => {
    const start = route.method.padEnd(method) + route.path.padEnd(path)
    return `${start}${column(paint, TONES[route.kind], route.kind, kind)}${requirementText(route)}`.trimEnd()
  })
  return `${[head, ...lines].join('\n')}\n`
}

function requirementText({ requirement, note }: RouteDescription): string {
  return plainText(requirement ?? (note === undefined ? '' : `(${note})`), MAX_LENGTH)
}
