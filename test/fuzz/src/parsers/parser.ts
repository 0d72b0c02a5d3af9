import assert from 'node:assert/strict'
import type { DenialCode } from '@scopeward/core'
import fc from 'fast-check'
import { rejections } from './core.ts'

/** One input of one parser. */
export interface Case {
  /** What came of it, for the reader. @throws where a promise does not hold */
  readonly check: () => string | Promise<string>
}

/**
 * A parser with inputs for it.
 * @param check throws where a promise does not hold, or says what came of the input
 */
export function parser<Input>(
  name: string,
  inputs: fc.Arbitrary<Input>,
  check: (input: Input) => string | Promise<string>,
): fc.Arbitrary<Case> {
  return inputs.map(input => ({
    check: async () => `${name}: ${await check(input)}`,
    [fc.toStringMethod]: () => `${name} ${fc.stringify(input)}`,
  }))
}

export type Parsed<Value> = { readonly value: Value } | { readonly refused: DenialCode }

/** What a parser makes of its input, twice, which must be the same. It may refuse; whatever else it throws is a finding. */
export function parse<Value>(run: () => Value): Parsed<Value> {
  const parsed = parseOnce(run)
  assert.deepEqual(parseOnce(run), parsed, 'asked twice')
  return parsed
}

function parseOnce<Value>(run: () => Value): Parsed<Value> {
  try {
    return { value: run() }
  } catch (error) {
    if (error instanceof rejections.Rejection) return { refused: error.code }
    throw error
  }
}

export function outcomeOf(parsed: Parsed<unknown>): string {
  return 'refused' in parsed ? parsed.refused : parsed.value === undefined ? 'nothing' : 'accepted'
}
