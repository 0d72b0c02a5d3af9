import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

/** One `import … from` or `export … from` of a source file. */
export interface Import {
  /** Path below src, `/` as separator. */
  readonly file: string
  /** Path below src for a relative import, the name as written for any other. */
  readonly target: string
  /** Whether the compiler erases it. */
  readonly typeOnly: boolean
}

export interface SourceFile {
  readonly path: string
  /** The text with comments, and the content of strings, templates and regular expressions, taken out. */
  readonly code: string
  readonly regularExpressions: readonly string[]
  readonly imports: readonly Import[]
}

export function readSources(root: string): readonly SourceFile[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => name.replaceAll('\\', '/'))
    .sort()
    .map(path => readSource(path, readFileSync(join(root, path), 'utf8')))
}

export function readSource(path: string, text: string): SourceFile {
  const { code, strings, regularExpressions } = strip(text)
  return { path, code, regularExpressions, imports: importsOf(path, code, strings) }
}

/** Before a `/`: what can end an operand, so that the slash divides. Anything else begins a regular expression. */
const OPERAND_END = /[\w$)\]}]$/
const KEYWORD_END = /\b(return|typeof|case|in|of|delete|void|throw|new|else|do|yield|await)$/

/** A lexer just good enough for this code base; its own test shows what it sees. */
function strip(text: string): { code: string; strings: string[]; regularExpressions: string[] } {
  const strings: string[] = []
  const regularExpressions: string[] = []
  const templates: number[] = []
  let code = ''
  let depth = 0
  for (let i = 0; i < text.length; ) {
    const two = text.slice(i, i + 2)
    const one = text[i] as string
    if (two === '//') {
      i = lineEnd(text, i)
    } else if (two === '/*') {
      i = text.indexOf('*/', i) + 2
    } else if (one === "'" || one === '"') {
      const end = quotedEnd(text, i, one)
      strings.push(text.slice(i + 1, end))
      code += `"${strings.length - 1}"`
      i = end + 1
    } else if (one === '`' || (one === '}' && templates.at(-1) === depth)) {
      if (one === '}') templates.pop()
      const end = templateEnd(text, i + 1)
      if (text[end] === '$') templates.push(depth)
      code += '`'
      i = end + (text[end] === '$' ? 2 : 1)
    } else if (one === '/' && (!OPERAND_END.test(code.trimEnd()) || KEYWORD_END.test(code.trimEnd()))) {
      const end = regularExpressionEnd(text, i)
      regularExpressions.push(text.slice(i, end))
      i = end
    } else {
      if (one === '{') depth++
      if (one === '}') depth--
      code += one
      i++
    }
  }
  return { code, strings, regularExpressions }
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}

function quotedEnd(text: string, open: number, quote: string): number {
  let i = open + 1
  while (text[i] !== quote) i += text[i] === '\\' ? 2 : 1
  return i
}

/** Index of the closing backtick or of the `$` of `${`. */
function templateEnd(text: string, from: number): number {
  let i = from
  while (text[i] !== '`' && text.slice(i, i + 2) !== '${') i += text[i] === '\\' ? 2 : 1
  return i
}

function regularExpressionEnd(text: string, open: number): number {
  let inClass = false
  let i = open + 1
  for (; inClass || text[i] !== '/'; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === '[') inClass = true
    else if (text[i] === ']') inClass = false
  }
  return i + 1
}

function importsOf(file: string, code: string, strings: readonly string[]): readonly Import[] {
  const statements = [...code.matchAll(/^(?:import|export)\s+(?:([^"`;]*?)\s+from\s+)?"(\d+)"/gm)]
  const dynamic = [...code.matchAll(/\b(?:import|require)\(\s*"(\d+)"/g)]
  return [
    ...statements.map(([, clause = '', index]) => ({
      file,
      target: targetOf(file, strings[Number(index)] as string),
      typeOnly: isErased(clause),
    })),
    ...dynamic.map(([, index]) => ({
      file,
      target: targetOf(file, strings[Number(index)] as string),
      typeOnly: false,
    })),
  ]
}

function targetOf(file: string, name: string): string {
  return name.startsWith('.') ? posix.join(posix.dirname(file), name) : name
}

/** `import type { … }`, or braces in which every name is marked. */
function isErased(clause: string): boolean {
  if (clause.startsWith('type ')) return true
  const names = /^\{([^}]*)\}$/
    .exec(clause)?.[1]
    ?.split(',')
    .map(name => name.trim())
    .filter(name => name !== '')
  return names !== undefined && names.length > 0 && names.every(name => name.startsWith('type '))
}
