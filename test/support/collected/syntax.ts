import { parseAst } from 'vitest/node'

/** A node of a syntax tree, as far as it is read here. */
export interface Node {
  readonly type: string
  readonly [member: string]: unknown
}

/** Where an imported name comes from. */
export interface Origin {
  /** As written: `./rows.ts`. */
  readonly specifier: string
  readonly name: string
}

export interface Module {
  readonly statements: readonly Node[]
  /** Everything that has a name, wherever it stands; not every name is there once. */
  readonly declarations: readonly (readonly [name: string, node: Node])[]
  /** By the name that they have here, what is passed on to others included. */
  readonly imports: ReadonlyMap<string, Origin>
  readonly exported: readonly string[]
}

export function parse(source: string): Module {
  const tree = parseAst(source, { lang: 'ts' }) as unknown as Node
  const statements = nodesIn(tree.body)
  const imports = statements.flatMap(importsOf)
  const exported = statements.filter(({ type }) => type === 'ExportNamedDeclaration').flatMap(declarationsIn)
  return {
    statements,
    declarations: declarationsIn(tree),
    imports: new Map(imports),
    exported: exported.map(([name]) => name),
  }
}

function importsOf({ source, specifiers }: Node): readonly (readonly [string, Origin])[] {
  if (!isNode(source)) return []
  return nodesIn(specifiers).map(({ local, imported, exported }) => {
    // `export { a as b } from` makes `b` of what is `a` there; imports say it the other way round.
    const [here, there] = isNode(exported) ? [exported, local] : [local, imported]
    return [nameOf(here), { specifier: String(source.value), name: nameOf(there) }]
  })
}

function declarationsIn(node: Node): Module['declarations'] {
  const below = childrenOf(node).flatMap(declarationsIn)
  const { type, id, init, body } = node
  if (type === 'VariableDeclarator' && isNode(init)) return [[nameOf(id), init], ...below]
  return type === 'FunctionDeclaration' && isNode(body) ? [[nameOf(id), body], ...below] : below
}

/** Types say nothing of what runs, nor does the name behind a dot. */
export function childrenOf(node: Node): readonly Node[] {
  if (node.type.startsWith('TS')) return isNode(node.expression) ? [node.expression] : []
  if (node.type === 'MemberExpression' && node.computed !== true) return [node.object as Node]
  return Object.values(node).flatMap(value => (isNode(value) ? [value] : nodesIn(value)))
}

export function nodesIn(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.filter(isNode) : []
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value
}

/** Of an identifier, a key, or the last part of `a.b.c`; empty where there is none. */
export function nameOf(node: unknown): string {
  if (!isNode(node)) return ''
  if (node.type === 'MemberExpression') return nameOf(node.property)
  return String(node.name ?? node.value ?? '')
}

export function isText({ type, value }: Node): boolean {
  return type === 'TemplateLiteral' || (type === 'Literal' && typeof value === 'string')
}

/** As it stands there, with `…` for what is filled in. */
export function textOf({ type, value, quasis }: Node): string {
  if (type !== 'TemplateLiteral') return String(value)
  return nodesIn(quasis)
    .map(part => (part.value as { cooked: string }).cooked)
    .join('…')
}

export function isFunction({ type }: Node): boolean {
  return type === 'ArrowFunctionExpression' || type === 'FunctionExpression'
}
