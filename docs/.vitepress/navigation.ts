import type { DefaultTheme } from 'vitepress'
import { type Page, pages } from './pages.ts'

interface Group {
  readonly text: string
  /** Everything in this folder belongs here, by title. */
  readonly folder?: string
  /** What comes first, or stands in no folder of its own. */
  readonly first: readonly string[]
  readonly collapsed?: boolean
}

/** A page that no row names stands under the last one: a new page is never out of reach. */
const GROUPS: readonly Group[] = [
  { text: 'Start', first: ['five-minutes.md', 'how-it-works.md'] },
  {
    text: 'Guides',
    folder: 'guides/',
    first: [
      'guides/scopes-and-requirements.md',
      'guides/several-issuers.md',
      'guides/profiles.md',
      'guides/introspection.md',
      'guides/dpop.md',
      'guides/mtls.md',
      'guides/revocation.md',
      'guides/testing-your-api.md',
      'guides/operations.md',
    ],
  },
  { text: 'From another library', folder: 'migration/', first: ['migration/index.md'] },
  {
    text: 'In depth',
    first: [
      'route-requirements.md',
      'issuers.md',
      'profiles.md',
      'sender-constraints.md',
      'revocation.md',
      'metadata.md',
      'privilege-report.md',
    ],
  },
  {
    text: 'Packages',
    folder: 'packages/',
    first: ['packages/express.md', 'packages/fastify.md', 'packages/core.md', 'packages/testing.md'],
  },
  { text: 'Reference', first: ['reference/index.md', 'errors.md', 'defaults.md'] },
  {
    text: 'Evidence',
    first: ['security.md', 'requirements.md', 'attacks.md', 'reliability.md', 'performance.md'],
  },
  { text: 'Examples', folder: 'examples/', first: ['examples/index.md'], collapsed: true },
  { text: 'Decisions', folder: 'decisions/', first: [], collapsed: true },
  { text: 'Project', first: ['changelog.md', 'contributing.md'] },
]

export function navigation(): DefaultTheme.NavItem[] {
  const known = pages()
  const has = (path: string) => known.some(page => page.path === path)
  return [
    { text: 'Start', link: '/five-minutes' },
    ...firstOf(known, 'guides/', 'Guides'),
    ...(has('reference/index.md') ? [{ text: 'API', link: '/reference/', activeMatch: '^/reference/' }] : []),
    { text: 'Errors', link: '/errors' },
    { text: 'Defaults', link: '/defaults' },
  ]
}

function firstOf(known: readonly Page[], folder: string, text: string): DefaultTheme.NavItem[] {
  const [first] = groupOf(known, text)
  return first === undefined ? [] : [{ text, link: linkTo(first), activeMatch: `^/${folder}` }]
}

/** The pages that people write share one sidebar; those of a package's interface have one for each package. */
export function sidebar(): DefaultTheme.SidebarMulti {
  const known = pages()
  const written = known.filter(({ path }) => !path.startsWith('reference/') || path === 'reference/index.md')
  const placed = new Set(['index.md'])
  const groups = GROUPS.map(({ text, collapsed }) => {
    const found = groupOf(written, text)
    for (const { path } of found) placed.add(path)
    return { text, ...(collapsed && { collapsed }), items: found.map(itemOf) }
  })
  const rest = written.filter(({ path }) => !placed.has(path)).map(itemOf)
  groups.at(-1)?.items.push(...rest)
  const packages = [...new Set(known.flatMap(({ path }) => /^reference\/[^/]+\//.exec(path) ?? []))]
  return {
    '/': groups.filter(({ items }) => items.length > 0),
    ...Object.fromEntries(packages.map(folder => [`/${folder}`, referenceOf(known, folder)])),
  }
}

function groupOf(known: readonly Page[], text: string): readonly Page[] {
  const { folder, first } = GROUPS.find(group => group.text === text) as Group
  const leading = first.flatMap(path => known.find(page => page.path === path) ?? [])
  const rest = known.filter(page => folder !== undefined && page.path.startsWith(folder) && !leading.includes(page))
  return [...leading, ...rest.sort(byTitle)]
}

/** `reference/core/functions/allOf.md` stands under Functions. */
function referenceOf(known: readonly Page[], folder: string): DefaultTheme.SidebarItem[] {
  const own = known.filter(({ path }) => path.startsWith(folder))
  const kinds = [...new Set(own.map(({ path }) => path.slice(folder.length).split('/')[0] as string))]
  const overview = own.filter(({ path }) => path === `${folder}index.md`).map(itemOf)
  return [
    { text: 'All packages', link: '/reference/' },
    ...overview,
    ...kinds
      .filter(kind => !kind.endsWith('.md'))
      .sort((a, b) => rankOf(a) - rankOf(b))
      .map(kind => ({
        text: (kind[0] as string).toUpperCase() + kind.slice(1).replace('-', ' '),
        items: own
          .filter(({ path }) => path.startsWith(`${folder}${kind}/`))
          .sort(byTitle)
          .map(itemOf),
      })),
  ]
}

const KINDS = ['functions', 'variables', 'interfaces', 'type-aliases', 'classes']

function rankOf(kind: string): number {
  const rank = KINDS.indexOf(kind)
  return rank === -1 ? KINDS.length : rank
}

function byTitle(a: Page, b: Page): number {
  return a.title.localeCompare(b.title, 'en', { numeric: true })
}

function itemOf(page: Page): { readonly text: string; readonly link: string } {
  return { text: page.title, link: linkTo(page) }
}

function linkTo({ path }: Page): string {
  return `/${path.replace(/(?:(^|\/)index)?\.md$/, '$1')}`
}
