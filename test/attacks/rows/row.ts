/** A test that an attack fails, by the text of its title as it stands in the source. */
export interface Proof {
  readonly file: string
  readonly title: string
  /** The file that has the title, where a table of another file is judged. */
  readonly table?: string
}

/** One attack: a row of the catalogue, an advisory, or a behaviour seen elsewhere. */
export interface AttackRow {
  readonly id: string
  /** Other names of it: CVE and GHSA ids, issues of projects. */
  readonly known?: readonly string[]
  readonly attack: string
  /** Source files below `packages` that stop it. */
  readonly stoppedIn: readonly string[]
  readonly tests: readonly Proof[]
  /**
   * Why no request through Express, Fastify and `check()` under both engines shows it. Without it, at least one of the
   * tests is of a file that judges by all of them.
   */
  readonly notByRequest?: string
}

export interface AttackGroup {
  readonly title: string
  readonly rows: readonly AttackRow[]
}

/** Tests of one file of this folder: `by('algorithms', 'title')`. */
export function by(name: string, ...titles: readonly string[]): readonly Proof[] {
  return titles.map(title => ({ file: `test/attacks/${name}.test.ts`, title }))
}

/** Keys that `key-set.test.ts` publishes and judges, by their description in one of its tables. */
export function byKeys(table: 'forged-jwks' | 'testing', ...titles: readonly string[]): readonly Proof[] {
  const path = table === 'testing' ? 'packages/testing/src/forged-keys/index.ts' : 'test/attacks/forged-jwks.ts'
  return titles.map(title => ({ file: 'test/attacks/key-set.test.ts', title, table: path }))
}

/** Tests of another folder. */
export function elsewhere(file: string, ...titles: readonly string[]): readonly Proof[] {
  return titles.map(title => ({ file, title }))
}
