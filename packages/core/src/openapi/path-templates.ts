/** A path as OpenAPI writes it. */
export interface PathTemplate {
  /** `/v1/orders/{id}` */
  readonly path: string
  /** The same without names and final slash, `/v1/orders/{}`: what two ways of writing one path have in common. */
  readonly shape: string
  readonly parameters: readonly string[]
}

type Token = string | { readonly name: string }

/**
 * A path of Express 4 or 5, Fastify or OpenAPI as OpenAPI writes it: several where a part is optional. A wildcard becomes a
 * parameter, though OpenAPI has none that spans slashes: the next best thing, and what other tools write.
 * Empty where the path holds what no template can say, such as parts of a regular expression.
 */
export function pathTemplates(path: string): readonly PathTemplate[] {
  const rooted = path.startsWith('/') || path.startsWith('{/') ? path : `/${path}`
  if (rooted.includes('…')) return []
  const found = expandGroups(rooted).flatMap(text => scan(text, 0, []))
  return found.some(tokens => tokens === undefined) ? [] : found.map(tokens => templateOf(tokens ?? []))
}

function templateOf(tokens: readonly Token[]): PathTemplate {
  const written = (token: Token) => (typeof token === 'string' ? token : `{${token.name}}`)
  const shape = tokens.map(token => (typeof token === 'string' ? token : '{}')).join('')
  return {
    path: tokens.map(written).join('') || '/',
    shape: (shape.endsWith('/') ? shape.slice(0, -1) : shape) || '/',
    parameters: tokens.flatMap(token => (typeof token === 'string' ? [] : [token.name])),
  }
}

/** `{/:id}` of Express 5 is there or not; `{id}` and `{*}` are parameters of OpenAPI. */
function expandGroups(text: string, from = 0): readonly string[] {
  const start = text.indexOf('{', from)
  if (start === -1) return [text]
  if (text[start - 1] === '\\') return expandGroups(text, start + 1)
  const end = closing(text, start, '{', '}')
  const inner = text.slice(start + 1, end)
  const isGroup = inner !== '*' && [':', '*', '/'].some(sign => inner.includes(sign))
  if (end === -1 || !isGroup) return expandGroups(text, start + 1)
  const before = text.slice(0, start)
  const after = text.slice(end + 1)
  return [...expandGroups(before + after, start), ...expandGroups(before + inner + after, start)]
}

/** Where what opens at `start` is closed again; -1 where it is not. */
function closing(text: string, start: number, open: string, close: string): number {
  let depth = 0
  for (let i = start; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === open) depth++
    else if (text[i] === close && --depth === 0) return i
  }
  return -1
}

/** All readings of the text from `i` on, after the tokens before it; `undefined` for one that no template can say. */
function scan(text: string, start: number, before: readonly Token[]): readonly (readonly Token[] | undefined)[] {
  const tokens = [...before]
  for (let i = start; i < text.length; i++) {
    const sign = text[i] as string
    if (sign === '(' || sign === ')' || sign === '?') return [undefined]
    if (sign === '\\') tokens.push(text[++i] ?? '')
    else if (sign === ':' && text[i + 1] === ':') tokens.push(text[++i] as string)
    else if (sign === ':' || sign === '*' || sign === '{') {
      const parameter = readParameter(text, i, tokens)
      if (parameter === undefined) return [undefined]
      const { end, name, isOptional } = parameter
      const present = [...tokens, { name }]
      if (isOptional) return [...scan(text, end, withoutSlash(tokens)), ...scan(text, end, present)]
      tokens.push({ name })
      i = end - 1
    } else tokens.push(sign)
  }
  return [tokens]
}

/** An optional parameter is left out with the slash before it. */
function withoutSlash(tokens: readonly Token[]): readonly Token[] {
  return tokens.at(-1) === '/' ? tokens.slice(0, -1) : tokens
}

interface Parameter {
  readonly name: string
  /** Of the first character behind it. */
  readonly end: number
  readonly isOptional: boolean
}

function readParameter(text: string, start: number, before: readonly Token[]): Parameter | undefined {
  if (text[start] === '{') {
    const close = text.indexOf('}', start)
    const name = text.slice(start + 1, close)
    return close === -1 ? undefined : { name: nameFor(name, before), end: close + 1, isOptional: false }
  }
  let end = start + 1
  while (end < text.length && isNameCharacter(text[end] as string)) end++
  const name = text.slice(start + 1, end)
  if (text[start] === ':' && name === '') return undefined
  if (text[end] === '(') {
    const close = closing(text, end, '(', ')')
    if (close === -1) return undefined
    end = close + 1
  }
  const isOptional = text[end] === '?'
  const isModified = isOptional || (text[start] === ':' && (text[end] === '*' || text[end] === '+'))
  return { name: nameFor(name, before), end: isModified ? end + 1 : end, isOptional }
}

function isNameCharacter(sign: string): boolean {
  const isLetter = sign.toLowerCase() !== sign.toUpperCase()
  return isLetter || sign === '_' || sign === '$' || (sign >= '0' && sign <= '9')
}

/** Parameters of one path need names, and different ones. */
function nameFor(name: string, before: readonly Token[]): string {
  const wanted = name === '' || name === '*' ? 'wildcard' : name
  const isTaken = (candidate: string) => before.some(token => typeof token !== 'string' && token.name === candidate)
  let unique = wanted
  for (let number = 2; isTaken(unique); number++) unique = `${wanted}${number}`
  return unique
}
