import { existsSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { mergeUsage, type UsageRecord } from '@scopeward/usage'
import { type Browser, chromium, type Page } from 'playwright-core'
import { reportHtml } from '../dist/report/html.js'
import { toReportData } from '../dist/report/to-report-data.js'
import { denialOf, recordOf, temporaryFolder, useOf } from './report-support.ts'

let browser: Browser
let folder: string
const removals: (() => void)[] = []

export async function startBrowser(): Promise<void> {
  folder = temporaryFolder(remove => removals.push(remove))
  browser = await chromium.launch({ executablePath: chromiumPath() })
}

export async function stopBrowser(): Promise<void> {
  await browser?.close()
  for (const remove of removals) remove()
}

export interface Opened {
  readonly page: Page
  /** What must not be: requests for anything but the file, messages in the console, scripts that failed. */
  readonly complaints: readonly string[]
}

let pages = 0

export async function open(records: readonly UsageRecord[], { view = '', dark = false } = {}): Promise<Opened> {
  const file = join(folder, `report-${pages++}.html`)
  writeFileSync(file, reportHtml(toReportData(mergeUsage(records), 'Shop API', new Date('2026-01-12T00:00:00Z'))))
  const page = await browser.newPage({ colorScheme: dark ? 'dark' : 'light', viewport: { width: 1360, height: 860 } })
  const url = pathToFileURL(file).href
  const complaints: string[] = []
  page.on('request', request => {
    if (request.url() !== url) complaints.push(`request ${request.url()}`)
  })
  page.on('console', message => complaints.push(message.text()))
  page.on('pageerror', error => complaints.push(error.message))
  page.on('dialog', dialog => complaints.push(`dialog ${dialog.message()}`))
  await page.goto(url + view)
  return { page, complaints }
}

/** @throws Error where there is no Chromium: the page is for browsers, and nothing else shows that it works in one */
function chromiumPath(): string {
  const { CHROMIUM_PATH, PATH = '' } = process.env
  const names = ['chromium', 'chromium-browser', 'google-chrome']
  const found = PATH.split(delimiter).flatMap(folder => names.map(name => join(folder, name)))
  const path = CHROMIUM_PATH ?? found.find(file => existsSync(file))
  if (path !== undefined && existsSync(path)) return path
  throw new Error(
    'The tests of the privilege report need Chromium: install it (apt-get install chromium), or name it in CHROMIUM_PATH.',
  )
}

/** 73 clients: many alike, one with each kind of cell, one of another issuer, one whose grant fits, and a stranger. */
export const FLEET: readonly UsageRecord[] = [
  ...Array.from({ length: 70 }, (_, index) =>
    recordOf(`worker-${String(index).padStart(2, '0')}`, ['orders:read', 'orders:write'], {
      routes: [useOf('orders:read', index + 1)],
    }),
  ),
  recordOf('billing-cron', ['invoices:read', 'orders:read', 'orders:write'], {
    routes: [useOf('invoices:read', 1234)],
    denied: [denialOf('invoices:void', 3)],
  }),
  recordOf('billing-admin', ['admin'], {
    implied: { admin: ['orders:read'] },
    routes: [useOf('orders:read', 5, ['admin'])],
    issuer: 'https://partners.example.com',
  }),
  recordOf('exact', ['orders:read'], { routes: [useOf('orders:read', 200)] }),
  recordOf(null, [], { denied: [{ ...denialOf('orders:read', 8), code: 'token_expired', missing: [] }] }),
]
