import type { Session } from 'node:inspector'
import type { Layer } from './express-internals.ts'

/** The path that a layer was put under, as the application wrote it; `undefined` where it cannot be told. */
export type MountPathReader = (layer: Layer) => string | undefined

/** Where the matcher lies for the moment that the inspector needs to find it. */
const PROBE = Symbol.for('scopeward.probe')

/** What path-to-regexp keeps of a path. */
interface KeptPath {
  readonly source: string
  readonly keys: readonly { readonly type: 'param' | 'wildcard'; readonly name: string }[]
}

/**
 * Express 5 with a router below 2.3 keeps the path of a mounted router only inside of a closure, so an inspector session
 * of this process looks there: no port is opened, no code of the application runs, and it ends with `read`. For lists and
 * documents, not for `ready()`. Replacing `RegExp.prototype.exec` for a moment would tell as well, and slow down all
 * regular expressions of the process for good.
 */
export function withMountPaths<T>(read: (mountPath: MountPathReader) => T): T {
  let session: Session | undefined
  try {
    return read(layer => {
      const [matcher, ...others] = layer.matchers ?? []
      if (matcher === undefined || others.length > 0) return undefined
      session ??= connect()
      return session && pathIn(session, matcher)
    })
  } finally {
    session?.disconnect()
  }
}

/** Not every build of Node has an inspector, and permissions may forbid it. */
function connect(): Session | undefined {
  try {
    const { Session } = process.getBuiltinModule('node:inspector')
    const session = new Session()
    session.connect()
    return session
  } catch {
    return undefined
  }
}

function pathIn(session: Session, matcher: object): string | undefined {
  const holder = globalThis as { [PROBE]?: object }
  holder[PROBE] = matcher
  try {
    const kept = readClosure(session)
    return kept && writtenPath(kept)
  } catch {
    return undefined
  } finally {
    delete holder[PROBE]
  }
}

interface Remote {
  readonly objectId?: string
  readonly value?: unknown
}

interface Property {
  readonly name: string
  readonly value?: Remote
}

/** An answer of the inspector, as far as it is read here. */
interface Answer {
  readonly result: Remote | readonly Property[]
  readonly internalProperties?: readonly Property[]
}

/** The variables that the matcher closes over. */
function readClosure(session: Session): KeptPath | undefined {
  const matcher = ask(session, 'Runtime.evaluate', { expression: `globalThis[Symbol.for('scopeward.probe')]` })
  const scopes = propertiesOf(session, matcher?.result as Remote, 'internalProperties').get('[[Scopes]]')
  const innermost = propertiesOf(session, scopes).get('0')
  const variables = propertiesOf(session, innermost)
  const source = evaluated(session, variables.get('regexp'), 'function () { return this.source }')
  const keys = evaluated(session, variables.get('keys'), 'function () { return JSON.stringify(this) }')
  return typeof source === 'string' && typeof keys === 'string' ? { source, keys: JSON.parse(keys) } : undefined
}

/** The answer comes before `post` returns. */
function ask(session: Session, method: string, parameters: object): Answer | undefined {
  let answer: Answer | undefined
  session.post(method, parameters, (_error, found) => {
    answer = found as Answer | undefined
  })
  return answer
}

function propertiesOf(
  session: Session,
  of: Remote | undefined,
  kind: 'result' | 'internalProperties' = 'result',
): ReadonlyMap<string, Remote | undefined> {
  const answer = ask(session, 'Runtime.getProperties', { objectId: of?.objectId, ownProperties: true })
  const properties = (answer?.[kind] ?? []) as readonly Property[]
  return new Map(properties.map(({ name, value }) => [name, value]))
}

function evaluated(session: Session, on: Remote | undefined, functionDeclaration: string): unknown {
  const call = { objectId: on?.objectId, functionDeclaration, returnByValue: true }
  return (ask(session, 'Runtime.callFunctionOn', call)?.result as Remote | undefined)?.value
}

const START = '^(?:'
const END = ')(?:\\/$)?(?=\\/|$)'

/** From `^(?:\/v1\/([^\/]+))(?:\/$)?(?=\/|$)` back to `/v1/:id`; several expressions in one are not taken apart. */
function writtenPath({ source, keys }: KeptPath): string | undefined {
  if (!source.startsWith(START) || !source.endsWith(END)) return undefined
  const body = source.slice(START.length, -END.length)
  let path = ''
  let next = 0
  for (let i = 0; i < body.length; i++) {
    const sign = body[i] as string
    if (sign === '|') return undefined
    if (sign === '\\') path += literal(body[++i] ?? '')
    else if (sign === '(') {
      const key = keys[next++]
      if (key === undefined) return undefined
      path += (key.type === 'wildcard' ? '*' : ':') + key.name
      i = endOfGroup(body, i)
    } else path += literal(sign)
  }
  return path
}

/** What means something in a path of Express is escaped there. */
function literal(sign: string): string {
  return '(){}[]:*?+!\\'.includes(sign) ? `\\${sign}` : sign
}

function endOfGroup(source: string, start: number): number {
  let depth = 0
  let inClass = false
  for (let i = start; i < source.length; i++) {
    const sign = source[i]
    if (sign === '\\') i++
    else if (inClass) inClass = sign !== ']'
    else if (sign === '[') inClass = source[i + 1] !== '^' || source[i + 2] !== ']'
    else if (sign === '(') depth++
    else if (sign === ')' && --depth === 0) return i
  }
  return source.length
}
