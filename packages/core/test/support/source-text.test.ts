import { expect, test } from 'vitest'
import { readSource } from './source-text.ts'

const TICK = '`'

test('the reader of sources sees imports and regular expressions, and neither comments nor strings', () => {
  const { code, imports, regularExpressions } = readSource(
    'token/a.ts',
    [
      "import { hash } from 'node:crypto'",
      "import type { B } from './b.ts'",
      "import { type C, type D } from '../claims/c.ts'",
      "import { type E, f } from '../shared/e.ts'",
      "export { g } from './g.ts'",
      "import './h.ts'",
      "const i = await import('jose')",
      '// console /comment/',
      '/* process.env */ const j = "console.log" + 4 / 2 / 1',
      `const k = ${TICK}console \${ l ? ${TICK}/no/\${m}${TICK} : { n: 1 } } process.env${TICK}`,
      'const o = [/a[/]b\\/c/g, q(/d/)]; if (r) return /e/',
    ].join('\n'),
  )
  expect(imports).toEqual([
    { file: 'token/a.ts', target: 'node:crypto', typeOnly: false },
    { file: 'token/a.ts', target: 'token/b.ts', typeOnly: true },
    { file: 'token/a.ts', target: 'claims/c.ts', typeOnly: true },
    { file: 'token/a.ts', target: 'shared/e.ts', typeOnly: false },
    { file: 'token/a.ts', target: 'token/g.ts', typeOnly: false },
    { file: 'token/a.ts', target: 'token/h.ts', typeOnly: false },
    { file: 'token/a.ts', target: 'jose', typeOnly: false },
  ])
  expect(regularExpressions).toEqual(['/a[/]b\\/c/', '/d/', '/e/'])
  expect(code).not.toContain('console')
  expect(code).not.toContain('process')
  expect(code).toContain('l ?')
})
