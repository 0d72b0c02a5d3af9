/** What `JSON.parse` does not tell about a text that it takes. */
export interface JsonFacts {
  readonly repeatsName: boolean
  /** One with a quote, a backslash, a control character or half a character in it. */
  readonly hasEscapedName: boolean
  /** An object within nothing has depth 1. */
  readonly depth: number
  readonly hasLoneSurrogate: boolean
  readonly hasEndlessNumber: boolean
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/gs

/** By the tokens of the text, and so in another way than the product. @param json must be valid */
export function factsOf(json: string): JsonFacts {
  const tokens = json.match(TOKEN) ?? []
  const open: Set<string>[] = []
  const facts = {
    repeatsName: false,
    hasEscapedName: false,
    depth: 0,
    hasLoneSurrogate: false,
    hasEndlessNumber: false,
  }
  for (const [index, token] of tokens.entries()) {
    if (token === '{' || token === '[') facts.depth = Math.max(facts.depth, open.push(new Set()))
    else if (token === '}' || token === ']') open.pop()
    else if (token.startsWith('"')) {
      const text = JSON.parse(token) as string
      if (!text.isWellFormed()) facts.hasLoneSurrogate = true
      if (tokens[index + 1] !== ':') continue
      if (isRepeated(text, open.at(-1))) facts.repeatsName = true
      if (JSON.stringify(text).includes('\\')) facts.hasEscapedName = true
    } else if (Number.isFinite(Number(token)) === false && /^-?\d/.test(token)) facts.hasEndlessNumber = true
  }
  return facts
}

function isRepeated(name: string, names: Set<string> | undefined): boolean {
  const known = names?.has(name) ?? false
  names?.add(name)
  return known
}
