import { dirname, join } from 'node:path'
import {
  childrenOf,
  isFunction,
  isNode,
  isText,
  type Module,
  type Node,
  nameOf,
  nodesIn,
  parse,
  textOf,
} from './syntax.ts'
import { sourceOf } from './test-files.ts'

/** What a test file makes Vitest collect. A title in a comment, or in a string of which no test is made, is none. */
export interface DeclaredTests {
  /** Of tests and of groups, `…` for what is filled in. */
  readonly titles: ReadonlySet<string>
  /** By file, the strings in the tables that tests are made from. */
  readonly rows: ReadonlyMap<string, ReadonlySet<string>>
  /** Names of packages, and what of them tests are made from: `@scopeward/testing forgedKeys`. */
  readonly packages: ReadonlySet<string>
  readonly conditions: readonly Condition[]
}

/** What keeps a test from running, or lets it fail: `test.skip`, `describe.only`, `{ todo: true }`, `context.skip()`. */
export interface Condition {
  readonly name: string
  /** Of the test or the group; empty where it has none of its own. */
  readonly title: string
}

const TESTS = ['test', 'it']
const GROUPS = ['describe', 'suite']
const TABLES = ['each', 'for']
const CONDITIONS = ['skip', 'skipIf', 'runIf', 'only', 'todo', 'fails']
const ALIASES = ['xtest', 'xit', 'xdescribe', 'fit', 'fdescribe']
/** What is done while tests run, and makes none. */
const AT_RUN_TIME = /^(before|after)(All|Each)$|^onTest|^expect$/

const modules = new Map<string, Module>()
const found = new Map<string, DeclaredTests>()

/** @throws Error where there is no such file */
export function moduleOf(file: string): Module {
  const known = modules.get(file)
  if (known !== undefined) return known
  const source = sourceOf(file)
  if (source === undefined) throw new Error(`There is no file ${file}.`)
  const module = parse(source)
  modules.set(file, module)
  return module
}

/**
 * What a file makes Vitest collect, once it is run.
 * @param table reads no more than that name of it
 * @throws Error where there is no such file
 */
export function testsIn(file: string, table?: string): DeclaredTests {
  const id = `${file} ${table ?? ''}`
  const known = found.get(id)
  if (known !== undefined) return known
  const tests = testsOf(file, moduleOf(file), table)
  found.set(id, tests)
  return tests
}

export function testsOf(file: string, module: Module, table?: string): DeclaredTests {
  const reader = new Reader()
  if (table !== undefined) reader.readName(table, { file, module })
  else for (const statement of module.statements) if (isRun(statement)) reader.read(statement, { file, module })
  return reader
}

/** Declarations do nothing by themselves; they are read where they are used. */
function isRun({ type }: Node): boolean {
  return !/^(Import|Export|TS)|Declaration$/.test(type)
}

interface Place {
  readonly file: string
  readonly module: Module
}

class Reader implements DeclaredTests {
  readonly titles: Set<string> = new Set()
  readonly rows: Map<string, Set<string>> = new Map()
  readonly packages: Set<string> = new Set()
  readonly conditions: Condition[] = []
  readonly #seen = new Set<string>()

  /** What may make tests. */
  read(node: Node, place: Place): void {
    if (node.type === 'CallExpression') this.#readCall(node, place)
    else if (node.type === 'Identifier') this.readName(nameOf(node), place)
    else if (isTable(node)) this.#readTable(node, place)
    else if (!isText(node)) for (const child of childrenOf(node)) this.read(child, place)
  }

  /** Once: tables refer to each other. */
  readName(name: string, place: Place): void {
    const { file, module } = place
    const id = `${file} ${name}`
    if (this.#seen.has(id)) return
    this.#seen.add(id)
    for (const [declared, node] of module.declarations) if (declared === name) this.read(node, place)
    const origin = module.imports.get(name)
    if (origin === undefined) return
    if (!origin.specifier.startsWith('.')) this.packages.add(`${origin.specifier} ${origin.name}`)
    else if (origin.specifier.endsWith('.ts')) {
      const from = join(dirname(file), origin.specifier)
      this.readName(origin.name, { file: from, module: moduleOf(from) })
    }
  }

  #readCall(node: Node, place: Place): void {
    const { name } = calleeOf(node)
    const parts = nodesIn(node.arguments)
    if (ALIASES.includes(name)) this.conditions.push({ name, title: '' })
    if (AT_RUN_TIME.test(name)) this.#readSkips(node, '')
    else if ([...TESTS, ...GROUPS].includes(name)) this.#readTest(node, place)
    else for (const part of [node.callee as Node, ...parts]) this.read(part, place)
  }

  #readTest(node: Node, place: Place): void {
    const { name, modifiers, tables } = calleeOf(node)
    const [first, ...others] = nodesIn(node.arguments)
    const title = first !== undefined && isText(first) ? textOf(first) : ''
    this.titles.add(title)
    this.#addConditions(modifiers, title)
    for (const table of tables) this.read(table, place)
    for (const other of others) {
      if (other.type === 'ObjectExpression')
        this.#addConditions(
          nodesIn(other.properties).map(({ key }) => nameOf(key)),
          title,
        )
      else if (GROUPS.includes(name)) this.read(other, place)
      else this.#readSkips(other, title)
    }
  }

  #addConditions(names: readonly string[], title: string): void {
    this.conditions.push(...names.filter(name => CONDITIONS.includes(name)).map(name => ({ name, title })))
  }

  /** A test that finds out while it runs that it shall not. */
  #readSkips(node: Node, title: string): void {
    if (node.type === 'CallExpression' && nameOf(node.callee) === 'skip') this.conditions.push({ name: 'skip', title })
    for (const child of childrenOf(node)) this.#readSkips(child, title)
  }

  /** Strings at any depth, those that functions make rows of too. What functions in a row do is done when the test runs. */
  #readTable(node: Node, place: Place): void {
    if (isText(node)) this.#addRow(textOf(node), place)
    else if (isTable(node) || node.type === 'SpreadElement')
      for (const child of childrenOf(node)) this.#readTable(child, place)
    else if (node.type === 'Property') {
      this.#addRow(nameOf(node.key), place)
      this.#readTable(node.value as Node, place)
    } else if (node.type === 'CallExpression') {
      const makesRows = ['map', 'flatMap'].includes(nameOf(node.callee))
      this.read(node.callee as Node, place)
      for (const part of nodesIn(node.arguments)) {
        this.#readTable(makesRows && isFunction(part) ? (part.body as Node) : part, place)
      }
    } else if (!isFunction(node)) this.read(node, place)
  }

  #addRow(text: string, { file }: Place): void {
    const rows = this.rows.get(file) ?? new Set()
    this.rows.set(file, rows.add(text))
  }
}

function isTable({ type }: Node): boolean {
  return type === 'ArrayExpression' || type === 'ObjectExpression'
}

interface Callee {
  /** That the chain begins with: `test` of `test.each(rows)`. */
  readonly name: string
  readonly modifiers: readonly string[]
  readonly tables: readonly Node[]
}

function calleeOf({ callee }: Node): Callee {
  const modifiers: string[] = []
  const tables: Node[] = []
  let node = callee
  while (isNode(node) && node.type !== 'Identifier') {
    if (node.type === 'MemberExpression') modifiers.push(nameOf(node))
    else if (TABLES.includes(nameOf(node.callee))) tables.push(...nodesIn(node.arguments))
    node = node.object ?? node.callee
  }
  return { name: nameOf(node), modifiers, tables }
}
