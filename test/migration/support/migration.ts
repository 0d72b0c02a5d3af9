import { readFileSync } from 'node:fs'
import type { ResourceServerOptions } from '@scopeward/core'
import type { TestIssuer } from '@scopeward/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { codeBlocks, read } from '../../docs/markdown.ts'
import { recordEvents } from '../../support/events.ts'
import { type RawResponse, send } from '../../support/raw-http.ts'
import { appOf, listen, nextVerdict } from './apps.ts'
import { type PageRow, rowsOf, sourceOf, strayBlocks } from './pages.ts'
import { buildRequest, ISSUER_DOWN, LABELS, type TokenStyle } from './requests.ts'

/** One page of docs/migration, and the apps beside it: `before.ts`, `after.ts`, and `rollout.ts` with both. */
export interface Migration {
  readonly name: string
  /** Those that are left behind. */
  readonly packages: readonly string[]
  readonly style: TokenStyle
  /** What `before.ts` is called with. */
  readonly oldParameters: (issuer: TestIssuer) => readonly string[]
  readonly overrides: (issuer: TestIssuer) => Partial<ResourceServerOptions<string>>
  /** Before the first app starts; what it returns is called at the end. */
  readonly prepare?: (issuer: TestIssuer) => Promise<() => void>
}

const PARTS = ['before', 'after', 'rollout'] as const
type Part = (typeof PARTS)[number]

/** The three apps of a migration, under way. */
class Apps {
  readonly #migration: Migration
  readonly #issuer: TestIssuer
  readonly #ports: Readonly<Record<Part, number>>

  private constructor(migration: Migration, issuer: TestIssuer, ports: Readonly<Record<Part, number>>) {
    this.#migration = migration
    this.#issuer = issuer
    this.#ports = ports
  }

  static async start(migration: Migration, issuer: TestIssuer): Promise<Apps> {
    const [before = 0, after = 0, rollout = 0] = await Promise.all(PARTS.map(part => startApp(migration, issuer, part)))
    return new Apps(migration, issuer, { before, after, rollout })
  }

  ask(request: string, part: Part): Promise<RawResponse> {
    return request === ISSUER_DOWN ? this.#askWithoutKeys(part) : this.#send(request, this.#ports[part])
  }

  async #askWithoutKeys(part: Part): Promise<RawResponse> {
    this.#issuer.setFault('down')
    const response = await this.#send(ISSUER_DOWN, await startApp(this.#migration, this.#issuer, part))
    this.#issuer.setFault(undefined)
    return response
  }

  async #send(request: string, port: number): Promise<RawResponse> {
    return send(port, await buildRequest(request, this.#issuer, this.#migration.style))
  }
}

async function startApp(migration: Migration, issuer: TestIssuer, part: Part): Promise<number> {
  const old = part === 'after' ? [] : migration.oldParameters(issuer)
  const overrides = part === 'before' ? [] : [migration.overrides(issuer)]
  return listen(await appOf(`${migration.name}/${part}.ts`, [...old, ...overrides]))
}

export function describeMigration(migration: Migration, issuerOf: () => TestIssuer): void {
  const { name, packages } = migration
  const page = `docs/migration/${name}.md`

  describe(`from ${name}`, () => {
    let apps: Apps
    let cleanUp: (() => void) | undefined
    beforeAll(async () => {
      vi.stubEnv('NODE_ENV', 'production')
      vi.spyOn(console, 'error').mockReturnValue()
      cleanUp = await migration.prepare?.(issuerOf())
      apps = await Apps.start(migration, issuerOf())
    })
    afterAll(() => {
      vi.restoreAllMocks()
      vi.unstubAllEnvs()
      cleanUp?.()
    })

    test('each request gets the status that the page says, before and after', async () => {
      const rows = await answersOf(apps)
      expect(rowsOf(page)).toEqual(rows)
      expect(rows[0]).toMatchObject({ before: 200, after: 200, code: '–' })
      expect(rows.filter(({ before, after }) => before !== 200 && after === 200)).toEqual([])
    })

    test('an expired token is answered word for word as the page shows, before and after', async () => {
      const answers = [await apps.ask('expired', 'before'), await apps.ask('expired', 'after')].map(shown)
      expect(codeBlocks(page, 'http').map(block => block.trim())).toEqual(answers)
    })

    test('side by side everybody is answered as before, and the events say who would not be', async () => {
      const rows = rowsOf(page).filter(({ request }) => request !== ISSUER_DOWN)
      const passing = rows.filter(({ before }) => before === 200)
      expect(passing.some(({ after }) => after !== 200)).toBe(true)
      for (const { request, code } of passing) {
        const verdict = nextVerdict()
        const { status } = await apps.ask(request, 'rollout')
        expect([request, status, await verdict]).toEqual([request, 200, code === '–' ? 'granted' : code])
      }
      for (const { request, before } of rows.filter(row => !passing.includes(row))) {
        expect([request, (await apps.ask(request, 'rollout')).status]).toEqual([request, before])
      }
    })

    test('the code of the page stands word for word in the apps', () => {
      const [before, after, rollout] = PARTS.map(part => `${name}/${part}.ts`) as [string, string, string]
      expect(codeBlocks(page, 'ts').slice(0, 2)).toEqual([sourceOf(before), sourceOf(after)])
      expect(strayBlocks(page, [before, after, rollout])).toEqual([])
    })

    test('the page names the versions that were tried', () => {
      for (const dependency of packages) {
        const manifest = new URL(`../node_modules/${dependency}/package.json`, import.meta.url)
        const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }
        expect(read(page)).toContain(`${dependency} ${version}`)
      }
    })
  })
}

/** What the old app and the new one say to every request. */
async function answersOf(apps: Apps): Promise<readonly PageRow[]> {
  const rows: PageRow[] = []
  for (const request of LABELS) {
    const before = await apps.ask(request, 'before')
    const events = recordEvents()
    const after = await apps.ask(request, 'after')
    events.stop()
    rows.push({ request, before: before.status, after: after.status, code: events.denied[0]?.code ?? '–' })
  }
  return rows
}

const SHOWN = /^(HTTP\/|WWW-Authenticate|Cache-Control|Content-Type)/i

/** The status line, the headers that matter here and the body, each line as it came. */
function shown({ raw, body }: RawResponse): string {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).split('\r\n')
  return [...head.filter(line => SHOWN.test(line)), '', body.trim()].join('\n')
}
