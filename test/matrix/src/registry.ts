import { succeed } from './program.ts'
import { ROOT } from './workspace.ts'

const LONGEST_LOOKUP_SECONDS = 120
/** As `minimumReleaseAge` of the workspace: what was published today may be withdrawn tomorrow. */
const OLD_ENOUGH_MILLISECONDS = 7 * 24 * 60 * 60 * 1000

/** The lowest, or the newest that has been public for a week, of the versions in a range that has one lower bound. */
export async function resolve(name: string, range: string, end: 'lowest' | 'newest'): Promise<string> {
  const [versions, times] = await Promise.all([matching(name, range), publishedAt(name)])
  const latest = Date.now() - OLD_ENOUGH_MILLISECONDS
  const mature = versions.filter(version => Date.parse(times[version] ?? '') < latest)
  const found = mature.at(end === 'lowest' ? 0 : -1)
  if (found === undefined) throw new Error(`The registry has no version of ${name}@${range} that is a week old.`)
  return found
}

/** In ascending order: registries answer in any. */
async function matching(name: string, range: string): Promise<readonly string[]> {
  const answer = (await view(`${name}@${range}`, 'version')) as string | readonly string[]
  return typeof answer === 'string' ? [answer] : [...answer].sort(byVersion)
}

/** For versions without a suffix, of which a caret range has no others. */
export function byVersion(one: string, other: string): number {
  const [a, b] = [one, other].map(version => version.split('.').map(Number))
  const differing = a?.findIndex((part, index) => part !== b?.[index]) ?? -1
  return differing === -1 ? 0 : (a?.[differing] ?? 0) - (b?.[differing] ?? 0)
}

async function publishedAt(name: string): Promise<Readonly<Record<string, string>>> {
  return (await view(name, 'time')) as Record<string, string>
}

async function view(specifier: string, field: string): Promise<unknown> {
  const options = { cwd: ROOT, timeoutSeconds: LONGEST_LOOKUP_SECONDS }
  return JSON.parse(await succeed('npm', ['view', specifier, field, '--json'], options))
}
