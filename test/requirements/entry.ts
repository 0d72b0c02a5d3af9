import type { CitedTest } from '../support/collected/cited-test.ts'

/** `CHOICE`: documents contradict each other, or leave it open; what is done here is proven all the same. */
export type Level = 'MUST' | 'SHOULD' | 'CHOICE'

export interface Requirement {
  /** With a letter behind it where one entry of a document holds several demands. */
  readonly id: string
  readonly level: Level
  readonly section: string
  readonly requirement: string
  readonly proof: readonly CitedTest[]
  /** Why it is not met, and what that would take; the proof then is a test that is expected to fail. */
  readonly gap?: string
}

/** What demands nothing of a resource server such as this one. */
export interface NotApplicable {
  readonly id: string
  readonly section: string
  readonly notApplicable: string
}

export type Entry = Requirement | NotApplicable

export interface Family {
  readonly title: string
  readonly entries: readonly Entry[]
}

export function isRequirement(entry: Entry): entry is Requirement {
  return 'requirement' in entry
}

/** Names the tests of a file. */
export function at(file: string): (title: string) => CitedTest {
  return title => ({ file, title })
}

/** Names the tests that a file makes from the rows of another. */
export function atRows(file: string, table: string): (title: string) => CitedTest {
  return title => ({ file, title, table })
}

export function must(id: string, section: string, requirement: string, ...proof: readonly CitedTest[]): Requirement {
  return { id, level: 'MUST', section, requirement, proof }
}

export function should(id: string, section: string, requirement: string, ...proof: readonly CitedTest[]): Requirement {
  return { id, level: 'SHOULD', section, requirement, proof }
}

export function choice(id: string, section: string, requirement: string, ...proof: readonly CitedTest[]): Requirement {
  return { id, level: 'CHOICE', section, requirement, proof }
}

export function notApplicable(id: string, section: string, reason: string): NotApplicable {
  return { id, section, notApplicable: reason }
}
