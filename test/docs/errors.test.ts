import { expect, test } from 'vitest'
import { renderErrors } from './render-errors.ts'

test('docs/errors.md lists every code with its status, text and remedy (refresh with `npx vitest run test/docs -u`)', async () => {
  await expect(renderErrors()).toMatchFileSnapshot('../../docs/errors.md')
})
