import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FLEET, open, startBrowser, stopBrowser } from './report-browser.ts'
import { denialOf, recordOf, useOf } from './report-support.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

beforeAll(startBrowser)
afterAll(stopBrowser)

function firstClients(page: Page, count = 3): Promise<readonly string[]> {
  return page
    .locator('#content-clients tbody th[scope=row]')
    .allTextContents()
    .then(names => names.slice(0, count))
}

test('the page opens from a file, asks for nothing else, and says at the top how much could be given up', async () => {
  const { page, complaints } = await open(FLEET)
  expect(await page.locator('.tile').allInnerTexts()).toEqual([
    'Grants that could be smaller\n72\nof 73 clients',
    'Granted and never used\n50 %\n72 of 145 granted scopes',
    'Requests\n3,924\nlet through',
    'Refused\n11\n0 % of all requests',
    'Routes called\n3\nroutes, 5 scopes',
  ])
  expect(await firstClients(page, 2)).toEqual(['billing-cron', 'billing-admin'])
  expect(await page.locator('#range').textContent()).toBe('1–50 of 73 clients')
  expect(complaints).toEqual([])
  await page.close()
})

test('clients are searched, filtered, sorted, grouped and paged, by keyboard too', async () => {
  const { page, complaints } = await open(FLEET)
  await page.getByRole('searchbox', { name: 'Search' }).fill('worker 1')
  expect(await page.locator('#range').textContent()).toBe('1–16 of 16 clients (of 73)')
  await page.getByRole('searchbox', { name: 'Search' }).fill('')
  const heading = page.getByRole('columnheader', { name: 'Requests' })
  await page.locator('#sort-requests').focus()
  await page.keyboard.press('Enter')
  expect(await heading.getAttribute('aria-sort')).toBe('descending')
  expect(await firstClients(page)).toEqual(['billing-cron', 'exact', 'worker-69'])
  await page.keyboard.press('Enter')
  expect(await heading.getAttribute('aria-sort')).toBe('ascending')
  expect(await firstClients(page)).toEqual(['worker-00', 'worker-01', 'worker-02'])
  await page.getByRole('button', { name: 'Next', exact: true }).click()
  expect(await page.locator('#range').textContent()).toBe('51–73 of 73 clients')
  expect(await page.evaluate('document.activeElement.id')).toBe('previous')
  await page.getByLabel('Group by').selectOption('prefix')
  expect(await page.locator('th.group').allInnerTexts()).toEqual([
    'billing 2 clients, 2 could hold less',
    'exact 1 client, 0 could hold less',
    'worker 70 clients, 70 could hold less',
  ])
  await page.getByLabel('Show').selectOption('denied')
  expect(await firstClients(page)).toEqual(['billing-cron'])
  expect(complaints).toEqual([])
  await page.close()
})

test('every cell of the heat map says its client, its scope and what it means', async () => {
  const { page, complaints } = await open(FLEET, { view: '#heat' })
  const cron = page.getByRole('row', { name: /^billing-cron/ })
  expect(await page.locator('.heat thead th').allInnerTexts()).toEqual([
    'admin',
    'invoices:read',
    'invoices:void',
    'orders:read',
    'orders:write',
  ])
  expect(await cron.getByRole('rowheader').textContent()).toBe('billing-cron')
  expect(await cron.getByRole('cell').allTextContents()).toEqual([
    'not granted',
    '●used, 1,234 requests',
    '×denied, 3 requests refused for lack of it',
    '○granted, never used',
    '○granted, never used',
  ])
  const admin = page.getByRole('row', { name: /^billing-admin/ })
  expect((await admin.getByRole('cell').allTextContents()).filter(text => text !== 'not granted')).toEqual([
    '◐used, but could be given up, 5 requests',
    '+not granted, would do in place of a broader scope',
  ])
  await page.getByRole('searchbox', { name: 'Scopes' }).fill('invoices')
  expect(await page.locator('.heat thead th').allInnerTexts()).toEqual(['invoices:read', 'invoices:void'])
  expect(complaints).toEqual([])
  await page.close()
})

test('a client shows its smallest grant, what it could give up, its routes and its refusals; a route its callers', async () => {
  const { page, complaints } = await open(FLEET)
  await page.getByRole('link', { name: 'billing-cron' }).click()
  await page.getByRole('heading', { name: 'billing-cron' }).waitFor()
  expect(await page.title()).toBe('billing-cron – Shop API')
  expect(await page.evaluate('document.activeElement.id')).toBe('title-client')
  const cards = await page.locator('.card').allInnerTexts()
  expect(cards[1]).toMatch(/^Smallest sufficient grant 1\n[\s\S]*\nscope invoices:read$/)
  expect(cards[2]).toMatch(/^Could give up 2\n[\s\S]*orders:read[\s\S]*orders:write/)
  const denial = page.getByRole('region', { name: 'What it was refused' })
  expect(await denial.getByRole('row').nth(1).textContent()).toMatch(
    /\/invoices:void\s*insufficient_scope\s*Lacks invoices:void\s*3$/,
  )
  await page.getByRole('region', { name: 'Where it was let through' }).getByRole('link').click()
  await page.getByRole('heading', { name: 'GET /invoices:read' }).waitFor()
  expect(await page.getByRole('region', { name: 'Callers' }).getByRole('rowheader').allInnerTexts()).toEqual([
    'billing-cron',
  ])
  await page.goBack()
  await page.getByRole('heading', { name: 'billing-cron' }).waitFor()
  await page.getByRole('link', { name: 'Routes', exact: true }).click()
  await page.getByRole('searchbox', { name: 'Search' }).fill('orders:read')
  expect(await page.locator('#route-range').textContent()).toBe('1 route')
  await page.getByRole('link', { name: 'GET /orders:read' }).click()
  const strangers = page.getByRole('region', { name: 'Refused without a genuine token' })
  expect(await strangers.getByRole('rowheader').allInnerTexts()).toEqual(['token_expired'])
  expect(complaints).toEqual([])
  await page.close()
})

const HOSTILE = ['<img src=x onerror=alert(1)>', '</script><script>alert(2)</script>', '<!--<script>', '\u202Egnp.exe']

test('what clients and routes call themselves is shown as text in every view, and never becomes markup', async () => {
  const records = HOSTILE.map(name =>
    recordOf(name, [`scope-${name}`], {
      issuer: name,
      routes: [{ ...useOf(`scope-${name}`), method: name, route: name, requirement: name }],
      denied: [{ ...denialOf(name), code: name }],
    }),
  )
  const { page, complaints } = await open(records)
  for (const view of [
    'clients',
    'heat',
    'routes',
    'client-0',
    'client-1',
    'client-2',
    'client-3',
    'route-0',
    'route-1',
  ]) {
    await page.goto(`${page.url().split('#')[0]}#${view}`)
    await page.locator('main > section:visible').waitFor()
    expect(await page.locator('img, main script, main svg').count()).toBe(0)
  }
  await page.goto(`${page.url().split('#')[0]}#clients`)
  const names = await page.locator('#content-clients tbody th[scope=row]').allInnerTexts()
  expect([...names].sort()).toEqual([...HOSTILE.slice(0, 3), '\\u{202e}gnp.exe'].sort())
  expect(complaints).toEqual([])
  await page.close()
})

test('the policy of the page runs no other script and lets no text become markup', async () => {
  const { page, complaints } = await open(FLEET)
  await page.evaluate(`{
    const script = document.createElement('script')
    try { script.textContent = 'document.title = "taken over"' } catch {}
    document.body.append(script)
    try { document.querySelector('main').innerHTML = '<img src="https://example.com/x">' } catch {}
  }`)
  expect(await page.title()).toBe('Shop API')
  expect(await page.locator('img').count()).toBe(0)
  expect(complaints.join('\n')).toMatch(/Content Security Policy|TrustedScript/)
  await page.close()
})

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly impact: string
    readonly nodes: readonly { readonly html: string }[]
  }[]
}

/** Every kind of cell. Axe takes as long as there are rows, and learns nothing from those that are alike. */
const SMALL_FLEET = FLEET.slice(67)

/** In the dark only the colours are others. */
const SCHEMES: readonly (readonly [scheme: string, options: object])[] = [
  ['light', {}],
  ['dark', { runOnly: ['color-contrast'] }],
]

test.each(SCHEMES)('axe finds no violation in any view (%s)', async (scheme, options) => {
  const { page } = await open(SMALL_FLEET, { dark: scheme === 'dark' })
  await page.evaluate(AXE)
  for (const view of ['clients', 'heat', 'routes', 'client-1', 'route-0']) {
    await page.goto(`${page.url().split('#')[0]}#${view}`)
    await page.locator('main > section:visible').waitFor()
    const { violations } = (await page.evaluate(`axe.run(${JSON.stringify(options)})`)) as AxeResult
    expect(violations.map(({ id, impact, nodes }) => `${view}: ${impact} ${id} ${nodes[0]?.html}`)).toEqual([])
  }
  await page.close()
})

test('the print has all rows of the list, no controls, and dark text on white also in a dark scheme', async () => {
  const { page } = await open(FLEET, { dark: true })
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  expect(await page.locator('nav:visible, label:visible, #next:visible, #previous:visible').count()).toBe(0)
  expect(await page.getByRole('heading', { name: 'Clients' }).isVisible()).toBe(true)
  expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)')
  expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(0, 0, 0)')
  const rows = page.locator('#content-clients tbody tr')
  await page.evaluate(`dispatchEvent(new Event('beforeprint'))`)
  expect(await rows.count()).toBe(73)
  await page.evaluate(`dispatchEvent(new Event('afterprint'))`)
  expect(await rows.count()).toBe(50)
  await page.close()
})

test('5,000 clients with 300 scopes open within seconds, and a search answers at once', async () => {
  const scopes = Array.from({ length: 300 }, (_, index) => `area-${index % 30}:right-${index}`)
  const records = Array.from({ length: 5000 }, (_, index) => {
    const granted = Array.from({ length: 20 }, (_, step) => scopes[(index * 7 + step * 11) % 300]!)
    const routes = granted.slice(0, 5).map(scope => useOf(scope, (index % 97) + 1))
    return recordOf(`team-${index % 40}-service-${index}`, granted, { routes })
  })
  const { page, complaints } = await open(records, { view: '#heat' })
  await page.locator('.heat tbody td').first().waitFor()
  expect(await page.evaluate('performance.now()')).toBeLessThan(8000)
  expect(await page.locator('#scope-range').textContent()).toBe('Scopes 1–50 of 300')
  const searchMilliseconds = await page.evaluate(`(() => {
    const search = document.getElementById('search')
    search.value = 'service-4999'
    const started = performance.now()
    search.dispatchEvent(new Event('input'))
    return performance.now() - started
  })()`)
  expect(await page.locator('#range').textContent()).toBe('1–1 of 1 client (of 5,000)')
  expect(searchMilliseconds).toBeLessThan(500)
  expect(complaints).toEqual([])
  await page.close()
})
