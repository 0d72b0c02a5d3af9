import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { read, root } from './markdown.ts'

/** Option name to documented default: the first table of docs/defaults.md. */
function documented(): Map<string, string> {
  const table = read('docs/defaults.md').split('## Fixed rules')[0] as string
  return new Map(
    [...table.matchAll(/^\| `(\w+)` *\| (.*?) *\|/gm)].map(match => [match[1] as string, match[2] as string]),
  )
}

/** Option name to the default in its own documentation. */
function declared(): Map<string, string> {
  const source = interfaceIn('issuer-definition.ts', 'KeySetOptions') + interfaceIn('resource-server-options.ts')
  const options = [...source.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s+readonly (\w+)(\??):/g)]
  return new Map(
    options.map(([, text = '', name = '']) => [
      name,
      /Default: ([^\n]*?)\.?(?:\s|$)/.exec(text.replaceAll(/\s*\*\s*/g, ' '))?.[1] ?? '',
    ]),
  )
}

/** Text of a file of options, or of one interface in it. */
function interfaceIn(file: string, name?: string): string {
  const source = readFileSync(join(root, 'packages/core/src/options', file), 'utf8')
  if (name === undefined) return source
  const [, members] = source.split(`export interface ${name} {\n`)
  if (members === undefined) throw new Error(`${file} has no interface ${name}`)
  return members.split('\n}')[0] as string
}

test('docs/defaults.md has every option of the resource server, and no other', () => {
  const options = [...declared().keys()]
  expect(options).toContain('profile')
  expect([...documented().keys()].sort()).toEqual(options.sort())
})

test('docs/defaults.md states the numbers that the options document', () => {
  for (const [name, value] of declared()) {
    const number = /^[\d,]+/.exec(value)?.[0].replaceAll(',', '')
    if (number !== undefined) expect([name, documented().get(name)]).toEqual([name, `\`${number}\``])
  }
})
