import { readFileSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { DocumentServer } from './document-server.ts'
import {
  type EngineName,
  type Jwk,
  judgeOver,
  type TokenJudge,
  UP_TO_THE_SIGNATURE,
  type Verdict,
} from './token-judge.ts'

export interface Vector {
  readonly tcId: number
  readonly comment: string
  readonly jws: string
  /** What Wycheproof expects of a verifier of JWS in general; access tokens are held to more. */
  readonly result: 'valid' | 'invalid'
}

export interface Group {
  /** What the issuer publishes: the group's public keys, or its shared secrets where it has nothing else. */
  readonly published: readonly Jwk[]
  readonly secret: readonly Jwk[]
  readonly isSymmetric: boolean
  readonly tests: readonly Vector[]
}

type KeyOrSet = Jwk & { readonly keys?: readonly Jwk[] }

interface File {
  readonly numberOfTests: number
  readonly testGroups: readonly {
    readonly public?: KeyOrSet
    readonly private: KeyOrSet
    readonly tests: readonly Vector[]
  }[]
}

export interface VectorFile {
  readonly numberOfTests: number
  readonly asymmetric: readonly Group[]
  readonly symmetric: readonly Group[]
  group(tcId: number): Group
  vector(tcId: number): Vector
}

export function readVectorFile(name: string): VectorFile {
  const file: File = JSON.parse(readFileSync(new URL(`wycheproof/${name}`, import.meta.url), 'utf8'))
  const groups = file.testGroups.map(group => ({
    published: keysOf(group.public ?? group.private),
    secret: keysOf(group.private),
    isSymmetric: group.public === undefined,
    tests: group.tests,
  }))
  const vectors = new Map(groups.flatMap(group => group.tests.map(vector => [vector.tcId, { group, vector }] as const)))
  const find = (tcId: number) => {
    const found = vectors.get(tcId)
    if (found === undefined) throw new Error(`no vector ${tcId} in ${name}`)
    return found
  }
  return {
    numberOfTests: file.numberOfTests,
    asymmetric: groups.filter(group => !group.isSymmetric),
    symmetric: groups.filter(group => group.isSymmetric),
    group: tcId => find(tcId).group,
    vector: tcId => find(tcId).vector,
  }
}

function keysOf(key: KeyOrSet): readonly Jwk[] {
  return key.keys ?? [key]
}

export function vectorsOf(groups: readonly Group[]): readonly Vector[] {
  return groups.flatMap(group => group.tests)
}

/** A single vector, or the first and the last of a run of them. */
type Span = number | readonly [number, number]

/** Each vector's verdict from the vectors of each verdict. No vector may stand twice. */
export function verdictTable(spans: Readonly<Partial<Record<Verdict, readonly Span[]>>>): ReadonlyMap<number, Verdict> {
  const table = new Map<number, Verdict>()
  for (const [verdict, list] of Object.entries(spans)) {
    for (const tcId of list.flatMap(numbersIn)) {
      if (table.has(tcId)) throw new Error(`vector ${tcId} stands twice in the table`)
      table.set(tcId, verdict as Verdict)
    }
  }
  return table
}

function numbersIn(span: Span): readonly number[] {
  if (typeof span === 'number') return [span]
  const [first, last] = span
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}

export function countVerdicts(table: ReadonlyMap<number, Verdict>): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const verdict of table.values()) counts[verdict] = (counts[verdict] ?? 0) + 1
  return counts
}

/** The vectors where a verdict differs from Wycheproof's label. */
export function departuresFromLabels(
  vectors: readonly Vector[],
  expected: ReadonlyMap<number, Verdict>,
): readonly number[] {
  return vectors
    .filter(({ tcId, result }) => (result === 'valid') !== (expected.get(tcId) === 'verified'))
    .map(({ tcId }) => tcId)
}

export function expectRefusalsUpToTheSignature(expected: ReadonlyMap<number, Verdict>): void {
  const refusals = new Set([...expected.values()].filter(verdict => verdict !== 'verified'))
  expect([...refusals].filter(code => !UP_TO_THE_SIGNATURE.has(code))).toEqual([])
}

/** Verdicts that nobody can reach without the issuer's keys. */
const NEEDING_KEYS: ReadonlySet<Verdict> = new Set<Verdict>([
  'verified',
  'key_unknown',
  'key_ambiguous',
  'signature_invalid',
])

/**
 * One test for each vector, in its own turn of the event loop, where the node engine verifies at once; then each group in
 * one turn, where all but the first go to the thread pool.
 */
export function testVectors(
  groups: readonly Group[],
  expected: ReadonlyMap<number, Verdict>,
  engine: EngineName,
  server: () => DocumentServer,
): void {
  describe.each(groups)('over the key set of vectors $tests.0.tcId…', ({ published, tests }) => {
    const path = `/${engine}/${tests[0]?.tcId}`
    let judge: TokenJudge
    beforeAll(() => {
      judge = judgeOver(server(), engine, path, published)
    })
    beforeEach(() => nextTurn())

    for (const { tcId, comment, jws } of tests) {
      test(`vector ${tcId} (${comment}) comes out as ${expected.get(tcId)}`, async () => {
        expect(await judge.judge(jws)).toBe(expected.get(tcId))
      })
    }

    test('all of them in one turn of the event loop come out the same, after one fetch at most', async () => {
      const verdicts = await Promise.all(tests.map(async ({ tcId, jws }) => [tcId, await judge.judge(jws)]))
      expect(verdicts).toEqual(tests.map(({ tcId }) => [tcId, expected.get(tcId)]))
      const needKeys = tests.some(({ tcId }) => NEEDING_KEYS.has(expected.get(tcId) as Verdict))
      expect(server().hits(path)).toBe(needKeys ? 1 : 0)
    })
  })
}
