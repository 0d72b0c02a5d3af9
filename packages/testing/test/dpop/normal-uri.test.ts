import { expect, test } from 'vitest'
import { normalUri } from '../../src/dpop/normal-uri.ts'

test.each([
  ['HTTPS://API.Example.com', 'https://api.example.com/'],
  ['https://api.example.com:443/a?b#c', 'https://api.example.com/a'],
  ['http://api.example.com:443', 'http://api.example.com:443/'],
  ['http://127.0.0.1:/a#c?b', 'http://127.0.0.1/a'],
  ['https://[2001:DB8::1]:8443/', 'https://[2001:db8::1]:8443/'],
  ['https://a/%7eb%2fc%2Fd', 'https://a/~b%2Fc%2Fd'],
  ['https://a/b/./c/../d', 'https://a/b/d'],
  ['https://a/../../b/..', 'https://a/'],
  ['https://a/b/%2E%2e/c/.', 'https://a/c/'],
  ['https://a//b/', 'https://a//b/'],
])('%s is %s (RFC 3986 section 6.2)', (uri, normal) => {
  expect(normalUri(uri)).toBe(normal)
})

test.each([
  '',
  '/a',
  '//a/b',
  'https:/a',
  'https:a',
  'ftp://a/',
  'https://',
  'https://u@a/',
  'https://a\\b',
  'https://a/b c',
  'https://a/\t',
  ' https://a/',
  'https://a/%',
  'https://a/%2',
  'https://a/%zz',
  'https://a:b/',
  'https://\uff41/',
])('%j is no http or https URI', text => {
  expect(normalUri(text)).toBeUndefined()
})
