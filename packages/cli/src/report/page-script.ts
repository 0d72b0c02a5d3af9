import { readFileSync } from 'node:fs'

/** In the order in which they use each other. */
const MODULES = [
  'text',
  'dom',
  'clients',
  'selection',
  'parts',
  'clients-view',
  'heat-view',
  'client-view',
  'routes-view',
  'main',
]

/**
 * The compiled modules of `browser/` as one: a page that loads nothing cannot import. They share one scope, so no two may
 * declare the same name; the browser refuses the script if they do, and the tests with it.
 */
export function pageScript(): string {
  return MODULES.map(name => readFileSync(new URL(`./browser/${name}.js`, import.meta.url), 'utf8'))
    .join('\n')
    .replace(/^import .*$\n?/gm, '')
    .replace(/^export (?!\{)/gm, '')
}
