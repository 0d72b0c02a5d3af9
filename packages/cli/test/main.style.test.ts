import { expect, test } from 'vitest'
import { jsonText, printable, shownMembers, tokenPreview, withoutLongWords } from '../src/shared/printable.ts'
import { paintFor } from '../src/shared/style.ts'

test('colour is for terminals alone, and not with NO_COLOR', () => {
  const painted = (isTTY: boolean | undefined, env: Readonly<Record<string, string>>) =>
    paintFor({ stdout: { isTTY, write: () => undefined }, env })('bad', 'failed')
  expect(painted(true, {})).toBe('\u001b[31mfailed\u001b[39m')
  expect(painted(true, { NO_COLOR: '' })).toBe('\u001b[31mfailed\u001b[39m')
  expect(painted(undefined, {})).toBe('failed')
  expect(painted(true, { NO_COLOR: '1' })).toBe('failed')
})

test.each([
  ['plain', '"plain"'],
  ['\u001b[2J', '"\\u001b[2J"'],
  ['a\u009b\u202eb', '"a\\u{9b}\\u{202e}b"'],
  [undefined, 'nothing'],
  [{ a: [1] }, '{"a":[1]}'],
])('%j is printed as %s', (value, text) => {
  expect(printable(value)).toBe(text)
})

test('of a token no more is shown than tells it from others, also where it is short', () => {
  expect(tokenPreview('eyJhbGciOiJSUzI1NiJ9.e30.c2ln')).toBe('eyJhbGciO…')
  expect(tokenPreview('secret')).toBe('se…')
  expect(withoutLongWords(`unknown option '${'x'.repeat(60)}'`)).toBe(`unknown option '${'x'.repeat(10)}…'`)
})

test('JSON reads back as it was, and a terminal acts upon nothing in it', () => {
  const value = { '\u009b31m': ['\u001b[2J', '\u202egnp.exe', '\u{e0001}', '\u2028', 'a\nb', 'é 😀'] }
  const text = jsonText(value)
  expect(JSON.parse(text)).toEqual(value)
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u)
  expect(text).toContain('é 😀')
  expect(text.split('\n')).toHaveLength(11)
})

test('of what a token says neither the token nor another one in it is shown', () => {
  const [token, other] = ['eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2lnbmF0dXJl', 'eyJ0eXAiOiJKV1QifQ.e30.b3RoZXItc2lnbmF0dXJl']
  const shown = shownMembers({ echo: `Bearer ${token}`, act: { list: [other, 1] }, host: 'eye.example.com' }, token)
  expect(shown).toEqual({ echo: 'Bearer eyJhbGciOi…', act: { list: ['eyJ0eXAiOi…', 1] }, host: 'eye.example.com' })
  expect(shownMembers({ echo: 'opaque-token-1' }, 'opaque-token-1')).toEqual({ echo: 'opaq…' })
  expect(shownMembers([], token)).toBeUndefined()
})
