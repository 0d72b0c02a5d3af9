import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import { copyLinkedFiles, useNoComments, useNoInterpolation, useRepositoryLinks } from './links.ts'
import { navigation, sidebar } from './navigation.ts'
import { NO_PAGES, pageOf, ROOT } from './pages.ts'

/** Their tables need the room of the outline, or they have nothing to outline. */
const WIDE: ReadonlySet<string> = new Set(['index.md', 'attacks.md', 'requirements.md', 'reliability.md'])

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#0f766e" d="M8 1l6 2v5c0 3.5-2.5 6-6 7-3.500-1-6-3.500-6-7V3z"/><path fill="none" stroke="#fff" stroke-width="1.600" d="M5 8l2.200 2.200L11 6"/></svg>'

function slugify(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-')
}

/** Pages outside of docs/ would look for Vue in the root, where it is not installed; left to Node, it is found from here. */
const vueOfDocs = {
  name: 'vue-of-docs',
  enforce: 'pre' as const,
  resolveId: (id: string, _importer: string | undefined, { ssr }: { readonly ssr?: boolean }) =>
    ssr && /^vue(?:\/server-renderer)?$/.test(id) ? { id, external: true } : undefined,
}

export default defineConfig({
  title: 'Scopeward',
  description: 'Guards HTTP APIs written in Node that other services call with OAuth 2.0 access tokens',
  lang: 'en',
  srcDir: ROOT,
  srcExclude: NO_PAGES,
  outDir: fileURLToPath(new URL('dist', import.meta.url)),
  cacheDir: fileURLToPath(new URL('cache', import.meta.url)),
  rewrites: file => pageOf(file) ?? file,
  head: [['link', { rel: 'icon', href: `data:image/svg+xml,${encodeURIComponent(ICON)}` }]],
  metaChunk: true,
  markdown: {
    // As GitHub makes them: pages are read there, too.
    anchor: { slugify },
    languageAlias: { haproxy: 'nginx' },
    theme: { light: 'github-light', dark: 'github-dark' },
    config: md => {
      useNoComments(md)
      useNoInterpolation(md)
      useRepositoryLinks(md)
    },
  },
  themeConfig: {
    nav: navigation(),
    sidebar: sidebar(),
    outline: [2, 3],
    search: { provider: 'local' },
    externalLinkIcon: true,
  },
  vite: { plugins: [vueOfDocs], build: { chunkSizeWarningLimit: 4000 } },
  transformPageData: ({ relativePath, frontmatter }) => {
    if (WIDE.has(relativePath)) frontmatter.aside = false
    if (relativePath.startsWith('reference/')) frontmatter.pageClass = 'reference'
  },
  buildEnd: ({ outDir }) => copyLinkedFiles(outDir),
})
