import assert from 'node:assert/strict'

export interface Challenge {
  readonly scheme: string
  readonly parameters: ReadonlyMap<string, string>
}

const SCHEME = /([\w!#$%&'*+\-.^`|~]+) +/y
const PARAMETER = /([\w!#$%&'*+\-.^`|~]+)[ \t]*=[ \t]*(?:([\w!#$%&'*+\-.^`|~]+)|"((?:[^"\\]|\\.)*)")[ \t]*/y
const COMMA = /,[ \t]*/y

/** A client's reading of `WWW-Authenticate`: schemes with parameters, as RFC 9110 section 11.6.1 has them. */
export function readChallenges(text: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found !== null) at = pattern.lastIndex
    return found
  }
  do {
    const scheme = isParameter(text, at) ? null : take(SCHEME)
    if (scheme !== null) challenges.push({ scheme: scheme[1] ?? '', parameters: new Map() })
    const parameters = challenges.at(-1)?.parameters
    const [, name = '', token, quoted = ''] = take(PARAMETER) ?? []
    assert(parameters !== undefined && name !== '', `no challenge from character ${at} on: ${text}`)
    assert(!parameters.has(name.toLowerCase()), `${name} stands there twice: ${text}`)
    parameters.set(name.toLowerCase(), token ?? quoted.replace(/\\(.)/g, '$1'))
  } while (take(COMMA) !== null)
  assert.equal(at, text.length, `more than challenges: ${text}`)
  return challenges
}

function isParameter(text: string, at: number): boolean {
  PARAMETER.lastIndex = at
  return PARAMETER.test(text)
}
