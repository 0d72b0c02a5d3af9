import { ConfigurationError, createResourceServer, TokenRejected } from '@scopeward/core'
import { expect, test } from 'vitest'
import { read } from './markdown.ts'

/** GitHub makes the anchor of a heading of it: lower case, without the backticks. */
const codes = [...read('docs/errors.md').matchAll(/^### `(\w+)`$/gm)].map(([, code = '']) => code)
const PAGE = 'https://github.com/scopeward/scopeward/blob/main/docs/errors.md#'

test('every mistake of a developer names the paragraph of docs/errors.md about it', () => {
  const found = thrownBy(() => createResourceServer({} as never))
  expect(found.documentation).toBe(`${PAGE}${found.code}`)
  expect(codes).toContain(found.code)
})

test('a token that verify() refused does too', async () => {
  const api = createResourceServer({
    issuer: 'https://login.example.com',
    audience: 'https://api.example.com',
    scopes: {},
  })
  const rejected = await api.verify('not a token').catch((error: unknown) => error)
  expect(rejected).toBeInstanceOf(TokenRejected)
  const { code, documentation } = rejected as TokenRejected
  expect(documentation).toBe(`${PAGE}${code}`)
  expect(codes).toContain(code)
})

function thrownBy(make: () => unknown): ConfigurationError {
  try {
    make()
  } catch (error) {
    if (error instanceof ConfigurationError) return error
  }
  throw new Error('no ConfigurationError')
}
