import { fileURLToPath } from 'node:url'
import { Application, PageEvent, ReflectionKind } from 'typedoc'

const at = path => fileURLToPath(new URL(path, import.meta.url))

/** The packages with an interface of their own, in the order of the navigation. The command line has none. */
const PACKAGES = ['core', 'express', 'fastify', 'redis', 'testing', 'usage', 'opentelemetry']

/** Options, and what can be imported: those need a docstring, while the member of a result may speak for itself. */
function isRequired(warning) {
  if (!warning.endsWith('does not have any documentation')) return true
  return /^@scopeward\/[a-z]+\.\w+ \(|Options\.\w+ \(/.test(warning)
}

/** Words that would each stand in the outline and in the search dozens of times. */
const REPEATED = /^#{2,6} (Parameters|Type Parameters|Returns|Throws|See|Extends|Extended by|Implements)$/gm

/** What TypeDoc writes, in fewer words and with fewer headings. */
function edit(markdown, model) {
  const text = markdown
    .replace(REPEATED, '**$1**')
    .replace(/^#{2,6} (?:Inherited from|Overrides|Implementation of)\n+.+\n+/gm, '')
    .replace(/^\| Type Parameter \|\n\| -+ \|\n((?:\|.*\|\n)+)/gm, (_, rows) =>
      rows.replace(/^\| (?:<a id="[^"]*"><\/a> )?(.*) \|$/gm, '- $1'),
    )
    .replace(/^### .+\n\nRe-exports (.+)\n(?:\n\*\*\*\n\n)?/gm, '- $1\n')
    .replace(/^## References$/m, '## Also exported here')
  if (model.parent?.kind !== ReflectionKind.Module) return text
  const kind = ReflectionKind.singularString(model.kind)
  return text.replace(/^# .+\n/, `# ${model.name}\n\n${kind} of [${model.parent.name}](../index.md)\n`)
}

/** A docstring of tags alone says what is thrown, and not what is done. */
function withoutSummary(project) {
  const kinds =
    ReflectionKind.CallSignature | ReflectionKind.Interface | ReflectionKind.TypeAlias | ReflectionKind.Class
  return project
    .getReflectionsByKind(kinds)
    .filter(({ comment }) => comment !== undefined && comment.summary.length === 0)
    .map(reflection => `${reflection.getFullName()} has a docstring without a sentence`)
}

const OPTIONS = {
  tsconfig: at('tsconfig.reference.json'),
  plugin: ['typedoc-plugin-markdown'],
  entryPoints: PACKAGES.map(name => at(`../packages/${name}/src/index.ts`)),
  basePath: at('../packages'),
  out: at('reference'),
  name: 'API reference',
  readme: 'none',
  // The compiler has checked the sources before; two versions of it need not agree.
  skipErrorChecking: true,
  disableSources: true,
  excludePrivate: true,
  excludeExternals: true,
  validation: { notExported: false, notDocumented: true, invalidLink: true },
  packagesRequiringDocumentation: PACKAGES.map(name => `@scopeward/${name}`),
  logLevel: 'Warn',
  router: 'member',
  entryFileName: 'index',
  excludeScopesInPaths: true,
  hideBreadcrumbs: true,
  hidePageHeader: true,
  expandObjects: true,
  groupOrder: ['Functions', 'Variables', 'Interfaces', 'Type Aliases', 'Classes', '*'],
  parametersFormat: 'table',
  sanitizeComments: true,
  indexFormat: 'table',
}

/**
 * Writes docs/reference from the docstrings, a page for each name that a package exports. Made at each build and never
 * committed, so that it cannot be older than the code.
 * @returns a line for each name and option without a docstring
 */
export async function writeApiReference() {
  const app = await Application.bootstrapWithPlugins(OPTIONS)
  const warnings = []
  app.logger.warn = text => warnings.push(text)
  app.renderer.on(PageEvent.END, page => {
    page.contents = page.contents && edit(page.contents, page.model)
  })
  const project = await app.convert()
  if (project === undefined) throw new Error('TypeDoc could not read the sources.')
  for (const module of project.getChildrenByKind(ReflectionKind.Module)) {
    module.name = `@scopeward/${module.name.split('/')[0]}`
  }
  app.validate(project)
  await app.generateOutputs(project)
  return [...warnings.filter(isRequired), ...withoutSummary(project)]
}
