import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Headings that readers look for, each with the place that has to be found. */
const SEARCHED = {
  audience_mismatch: '/errors.html#audience_mismatch',
  createGuard: '/reference/express/functions/createGuard.html#createguard',
  'staleIfErrorSeconds?': '/reference/core/interfaces/ResourceServerOptions.html#staleiferrorseconds',
  'The keys of an issuer': '/how-it-works.html#the-keys-of-an-issuer',
}

/**
 * What VitePress does not check itself: that anchors exist, that copies of sources are there, that a reader gets to every
 * page by clicking, that nothing is loaded from elsewhere, and that the search knows the pages.
 * @returns a line for each thing that is wrong
 */
export function checkSite(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.html'))
  const pages = new Map(files.map(name => [name, readPage(readFileSync(join(folder, name), 'utf8'))]))
  return [
    ...[...pages].flatMap(([name, page]) => brokenLinks(name, page, pages, folder)),
    ...unreachable(pages),
    ...[...pages].flatMap(([name, { hosts }]) => hosts.map(url => `${name} loads ${url}`)),
    ...missingInSearch(folder),
  ]
}

function readPage(html) {
  const values = pattern => [...html.matchAll(pattern)].map(([, value]) => value.replaceAll('&amp;', '&'))
  return {
    ids: new Set(values(/\sid="([^"]+)"/g)),
    links: values(/<a\s[^>]*?href="([^"]*)"/g).filter(href => !/^[a-z]+:/i.test(href)),
    hosts: values(/<(?:script|img|link|iframe)\s[^>]*?(?:src|href)="(https?:[^"]*)"/g),
  }
}

function brokenLinks(name, { links }, pages, folder) {
  return [...new Set(links)].flatMap(href => {
    const { pathname, hash } = new URL(href, `http://site/${name}`)
    const target = decodeURIComponent(pathname)
      .slice(1)
      .replace(/(?:^|\/)$/, '$&index.html')
    const page = pages.get(target)
    if (page === undefined && !existsSync(join(folder, target))) return [`${name} links to ${href}: no such page`]
    const anchor = decodeURIComponent(hash.slice(1))
    return anchor === '' || page?.ids.has(anchor) ? [] : [`${name} links to ${href}: no such anchor`]
  })
}

function fileOf(pathname) {
  return decodeURIComponent(pathname)
    .slice(1)
    .replace(/(?:^|\/)$/, '$&index.html')
}

/** From the start page on. */
function unreachable(pages) {
  const seen = new Set(['index.html', '404.html'])
  const waiting = ['index.html']
  for (const name of waiting) {
    for (const href of pages.get(name).links) {
      const target = fileOf(new URL(href, `http://site/${name}`).pathname)
      if (seen.has(target) || !pages.has(target)) continue
      seen.add(target)
      waiting.push(target)
    }
  }
  return [...pages.keys()].filter(name => !seen.has(name)).map(name => `${name} cannot be reached from the start page`)
}

function missingInSearch(folder) {
  const chunks = join(folder, 'assets/chunks')
  const name = readdirSync(chunks).find(chunk => chunk.startsWith('@localSearchIndexroot'))
  if (name === undefined) return ['there is no search index']
  const index = readFileSync(join(chunks, name), 'utf8')
  return Object.entries(SEARCHED)
    .filter(([heading, place]) => !index.includes(`"title":"${heading}"`) || !index.includes(`"${place}"`))
    .map(([heading, place]) => `the search does not find “${heading}” at ${place}`)
}
