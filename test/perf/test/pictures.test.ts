import { describe, expect, test } from 'vitest'
import { renderBarPanels } from '../src/plots/bar-panels.ts'
import { renderPictures, requireAllPictures } from '../src/plots/pictures.ts'
import { FINDINGS } from './findings.ts'

const pictures = renderPictures(FINDINGS)

/** Its texts, in order. */
function textsOf(svg: string): readonly string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text)
}

/** Whether every element is closed where it should be, and no `&` or `<` stands in a text. */
function requireWellFormed(svg: string): void {
  const open: string[] = []
  for (const [, end, name = '', empty] of svg.matchAll(/<(\/?)([\w:]+)(?:\s+[\w:-]+="[^"<]*")*\s*(\/?)>/g)) {
    if (end === '/') expect(open.pop()).toBe(name)
    else if (empty === '') open.push(name)
  }
  expect(open).toEqual([])
  const texts = svg.replaceAll(/<\/?[\w:]+(?:\s+[\w:-]+="[^"<]*")*\s*\/?>/g, '')
  expect(texts).not.toContain('<')
  expect(texts).not.toMatch(/&(?!(?:lt|gt|amp|quot|#39|apos);)/)
}

test('the pictures of a whole run are those of the page', () => {
  expect([...pictures.keys()]).toEqual([
    'throughput.svg',
    'requests.svg',
    'flood.svg',
    'growth.svg',
    'token-length.svg',
  ])
})

describe.each([...pictures])('%s', (_file, svg) => {
  test('is a well-formed SVG of 800 px with a light background', () => {
    expect(svg).toMatch(/^<svg width="800" height="\d+" xmlns="http:\/\/www\.w3\.org\/2000\/svg"/)
    expect(svg).toMatch(/<rect width="800" height="\d+" x="0" y="0"[^>]* fill="#ffffff"/)
    requireWellFormed(svg)
  })

  test('has a title and no number that is none', () => {
    const texts = textsOf(svg)
    expect(texts.length).toBeGreaterThan(8)
    expect(texts.join(' ')).not.toMatch(/NaN|undefined|Infinity|null/)
    expect(svg).not.toMatch(/="[^"]*NaN/)
  })
})

test('bars have the names and the figures of all sides, the fastest first', () => {
  const texts = textsOf(pictures.get('requests.svg') as string)
  expect(texts).toEqual(expect.arrayContaining(['Fastify', '21,300', '22,900', 'Express', '5,050']))
  const names = ['no guard', 'Scopeward', '@fastify/jwt, get-jwks', 'express-oauth2-jwt-bearer']
  expect(texts.filter(text => names.includes(text))).toEqual([
    'no guard',
    'Scopeward',
    '@fastify/jwt, get-jwks',
    'no guard',
    'Scopeward',
    'express-oauth2-jwt-bearer',
  ])
})

test('a growing curve says how far it went, and where its bar is', () => {
  const texts = textsOf(pictures.get('growth.svg') as string)
  expect(texts).toEqual(expect.arrayContaining(['cached tokens: 2.18×', 'bar: 3×', 'issuers: 1.15×', 'bar: 1.3×']))
})

test('a picture whose suites did not run is left out', () => {
  const { flood: _, ...series } = FINDINGS.series
  const { express_vs_auth0: __, ...metrics } = FINDINGS.metrics
  expect([...renderPictures({ metrics, series }).keys()]).toEqual(['throughput.svg', 'growth.svg', 'token-length.svg'])
})

test('a page of new figures gets no old picture', () => {
  expect(() => requireAllPictures(pictures)).not.toThrow()
  const { requests: _, ...series } = FINDINGS.series
  expect(() => requireAllPictures(renderPictures({ ...FINDINGS, series }))).toThrow('For requests.svg no suite')
})

test('text is escaped', () => {
  const nasty = '</text><script>"&\''
  const sides = [{ name: nasty, kind: 'ours' as const, points: [[nasty, 1]] as const }]
  const svg = renderBarPanels({ title: nasty, subtitle: nasty, sides })
  requireWellFormed(svg)
  expect(svg).not.toContain('<script')
  expect(textsOf(svg).filter(text => text.includes('&lt;/text&gt;&lt;script&gt;'))).toHaveLength(4)
})

test('the same figures give the same picture, byte for byte', () => {
  expect(renderPictures(FINDINGS)).toEqual(pictures)
})
