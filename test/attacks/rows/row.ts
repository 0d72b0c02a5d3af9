import type { CitedTest } from '../../support/collected/cited-test.ts'

/** One attack, or one honest request: a row of the catalogue, an advisory, or a behaviour seen elsewhere. */
export interface AttackRow {
  readonly id: string
  /** Other names of it: CVE and GHSA ids, issues of projects. */
  readonly known?: readonly string[]
  readonly attack: string
  /** It is no attack but an honest request in an unusual form, which must be let in. */
  readonly honest?: true
  /** Source files below `packages` that stop it; that let it in, where it is honest. */
  readonly stoppedIn: readonly string[]
  readonly tests: readonly CitedTest[]
  /**
   * Why no request through Express, Fastify and `check()` under both engines shows it. Without it, one of the tests in the
   * file that is named first sends it by all of them, and each way refuses it where any of them does.
   */
  readonly notByRequest?: string
}

export interface AttackGroup {
  readonly title: string
  readonly rows: readonly AttackRow[]
}

/** Tests of one file of this folder: `by('algorithms', 'title')`. */
export function by(name: string, ...titles: readonly string[]): readonly CitedTest[] {
  return titles.map(title => ({ file: `test/attacks/${name}.test.ts`, title }))
}

/** Keys that `key-set.test.ts` publishes and judges, by their description in one of its tables. */
export function byKeys(table: 'forged-jwks' | 'testing', ...titles: readonly string[]): readonly CitedTest[] {
  const path = table === 'testing' ? 'packages/testing/src/forged-keys/index.ts' : 'test/attacks/forged-jwks.ts'
  return titles.map(title => ({ file: 'test/attacks/key-set.test.ts', title, table: path }))
}

/** Tests of another folder. */
export function elsewhere(file: string, ...titles: readonly string[]): readonly CitedTest[] {
  return titles.map(title => ({ file, title }))
}

/** Whether a request shows it, through Express, Fastify and `check()` under both engines. */
export function isTriedEverywhere({ notByRequest }: AttackRow): boolean {
  return notByRequest === undefined
}
