import {
  allOf,
  anyOf,
  authenticated,
  dpop,
  mutualTls,
  permission,
  type Requirement,
  role,
  service,
  stepUp,
  user,
} from '@scopeward/core'
import { CommandFailure } from '../shared/exit.ts'
import { printable } from '../shared/printable.ts'

interface Word {
  readonly text: string
  /** Where it begins, from 0. */
  readonly at: number
}

const RULES: ReadonlyMap<string, Requirement> = new Map<string, Requirement>([
  ['service', service],
  ['user', user],
  ['dpop', dpop],
  ['mutualTls', mutualTls],
  ['authenticated', authenticated],
])

/** What takes an argument: `role(admin)` as requirements are written out, `role:admin` as it is quicker to type. */
const CALL = /^(role|permission|stepUp|satisfies|authorizationDetail)\(/

/**
 * The text of a requirement, as guards write it out, read back: names of scopes, `service`, `user`, `dpop`, `mutualTls`,
 * `authenticated`, `role(…)`, `permission(…)`, `stepUp(…)`, joined by `and` or `or`, with parentheses where both are used.
 * @throws CommandFailure that points at the column
 */
export function parseRequirement(text: string): Requirement {
  const reader = new Reader(text)
  const requirement = readJoined(reader)
  const rest = reader.peek()
  if (rest !== undefined)
    throw reader.failure(rest.text === ')' ? 'this parenthesis was never opened' : 'write and or or before this', rest)
  return requirement
}

function readJoined(reader: Reader): Requirement {
  const parts = [readPart(reader)]
  let joint: string | undefined
  for (let word = reader.peek(); word?.text === 'and' || word?.text === 'or'; word = reader.peek()) {
    if (joint !== undefined && joint !== word.text) {
      throw reader.failure('and and or are mixed here: say with parentheses which belong together', word)
    }
    joint = word.text
    reader.next()
    parts.push(readPart(reader))
  }
  if (parts.length === 1) return parts[0] as Requirement
  return joint === 'and' ? allOf(...parts) : anyOf(...parts)
}

function readPart(reader: Reader): Requirement {
  const word = reader.next()
  if (word === undefined) throw reader.failure('a requirement is missing')
  if (word.text === ')' || word.text === 'and' || word.text === 'or')
    throw reader.failure('a requirement is missing before this', word)
  if (word.text !== '(') return readName(reader, word)
  const inner = readJoined(reader)
  const closing = reader.next()
  if (closing?.text !== ')') throw reader.failure('the parenthesis is not closed', closing ?? word)
  return inner
}

function readName(reader: Reader, word: Word): Requirement {
  const { text } = word
  const rule = RULES.get(text)
  if (rule !== undefined) return rule
  const call = CALL.exec(text)
  if (call !== null) return readCall(reader, word, call[1] as string, text.slice(call[0].length, -1).trim())
  if (text.startsWith('role:')) return role(reader.requireText(text.slice(5), word))
  if (text.startsWith('permission:')) return permission(reader.requireText(text.slice(11), word))
  if (!isScopeName(text))
    throw reader.failure(`${printable(text)} is not the name of a scope (RFC 6749 section 3.3)`, word)
  return text
}

function readCall(reader: Reader, word: Word, name: string, argument: string): Requirement {
  if (name === 'role') return role(reader.requireText(argument, word))
  if (name === 'permission') return permission(reader.requireText(argument, word))
  if (name === 'stepUp') return readStepUp(reader, word, argument)
  throw reader.failure(`${name}(…) is decided by code of the API, which is not here: leave it out`, word)
}

/** `acr urn:example:mfa phr, age 300 s` */
function readStepUp(reader: Reader, word: Word, argument: string): Requirement {
  const match = /^(?:acr ([^,]+))?(?:(?:, )?age (\d+)(?: s)?)?$/.exec(argument)
  const [, acr, age] = match ?? []
  if (acr === undefined && age === undefined) {
    throw reader.failure('write it like stepUp(acr urn:example:mfa, age 300 s)', word)
  }
  return stepUp({
    ...(acr !== undefined && { acrValues: acr.trim().split(/\s+/) }),
    ...(age !== undefined && { maxAgeSeconds: Number(age) }),
  })
}

/** Printable ASCII without quote and backslash; a parenthesis here would belong to the grammar. */
function isScopeName(text: string): boolean {
  return /^[\x21\x23-\x27\x2a-\x5b\x5d-\x7e]+$/.test(text)
}

class Reader {
  readonly #text: string
  readonly #words: readonly Word[]
  #position = 0

  constructor(text: string) {
    this.#text = text
    this.#words = wordsOf(text)
  }

  peek(): Word | undefined {
    return this.#words[this.#position]
  }

  next(): Word | undefined {
    return this.#words[this.#position++]
  }

  requireText(text: string, word: Word): string {
    if (text !== '') return text
    throw this.failure('a name is missing', word)
  }

  failure(problem: string, { at }: Pick<Word, 'at'> = { at: this.#text.length }): CommandFailure {
    const shown = this.#text.replaceAll(/[^\x20-\x7e]/g, '?')
    return new CommandFailure(`--require, column ${at + 1}: ${problem}.\n  ${shown}\n  ${' '.repeat(at)}^`)
  }
}

/** Parentheses stand for themselves, unless they are those of `role(…)` and its like. */
function wordsOf(text: string): readonly Word[] {
  const pattern = /(?:role|permission|stepUp|satisfies|authorizationDetail)\([^()]*\)|[()]|[^\s()]+/g
  return [...text.matchAll(pattern)].map(match => ({ text: match[0], at: match.index }))
}
