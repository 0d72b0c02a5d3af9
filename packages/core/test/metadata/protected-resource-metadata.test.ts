import { expect, test } from 'vitest'
import { protectedResourceMetadata } from '../../src/metadata/protected-resource-metadata.ts'

const document = { resource: 'https://api.example.com', resource_name: 'Prüfungen' }
const metadata = protectedResourceMetadata({
  url: 'https://api.example.com/.well-known/oauth-protected-resource',
  path: '/.well-known/oauth-protected-resource',
  document,
})

test('GET and HEAD differ in the body alone, and the length is counted in bytes (RFC 9110 section 9.3.2)', () => {
  const get = metadata.respondTo('GET')
  expect(JSON.parse(get.body)).toEqual(document)
  expect(get.headers['Content-Length']).toBe(String(get.body.length + 1))
  expect(metadata.respondTo('HEAD')).toEqual({ ...get, body: '' })
})

test.each(['POST', 'PUT', 'DELETE', 'TRACE', 'get', ''])('the method "%s" is refused with those that are', method => {
  expect(metadata.respondTo(method)).toEqual({
    status: 405,
    headers: { 'Access-Control-Allow-Origin': '*', Allow: 'GET, HEAD, OPTIONS', 'Content-Length': '0' },
    body: '',
  })
})

test('answers are made once and cannot be changed: all requests share them', () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST']) {
    const answer = metadata.respondTo(method)
    expect(metadata.respondTo(method)).toBe(answer)
    expect([Object.isFrozen(answer), Object.isFrozen(answer.headers)]).toEqual([true, true])
  }
  expect(Object.isFrozen(metadata)).toBe(true)
})
