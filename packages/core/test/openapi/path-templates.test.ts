import { describe, expect, test } from 'vitest'
import { pathTemplates } from '../../src/openapi/path-templates.ts'

const written = (path: string) => pathTemplates(path).map(template => template.path)

test.each([
  ['/v1/orders', ['/v1/orders']],
  ['', ['/']],
  ['/', ['/']],
  ['orders', ['/orders']],
  ['/orders/:id', ['/orders/{id}']],
  ['/orders/:id/items/:item', ['/orders/{id}/items/{item}']],
  ['/:id/:id', ['/{id}/{id2}']],
  ['/from-:a.:b', ['/from-{a}.{b}']],
  ['/orders/{id}', ['/orders/{id}']],
  ['/files/*path', ['/files/{path}']],
  ['/files/*', ['/files/{wildcard}']],
  ['/files/{*}', ['/files/{wildcard}']],
  ['/*/*', ['/{wildcard}/{wildcard2}']],
  ['/orders{/:id}', ['/orders', '/orders/{id}']],
  ['{/:lang}/a', ['/a', '/{lang}/a']],
  ['/a{/:b{/:c}}', ['/a', '/a/{b}', '/a/{b}/{c}']],
  ['/orders/:id?', ['/orders', '/orders/{id}']],
  ['/orders/:id(\\d+)', ['/orders/{id}']],
  ['/orders/:id([(]a[)])', ['/orders/{id}']],
  ['/orders/:id+', ['/orders/{id}']],
  ['/time::now', ['/time:now']],
  ['/a\\:b', ['/a:b']],
  ['/a\\{b\\}', ['/a{b}']],
])('%s is %j', (path, templates) => {
  expect(written(path)).toEqual(templates)
})

test.each(['/orders(/all)?', '/a)', '/ab?c', '/:', '/a{b', '/:id(', '/tenants/…/orders'])('%s is no template', path => {
  expect(written(path)).toEqual([])
})

describe('two ways to write one path', () => {
  test.each([
    ['/orders/:id', '/orders/{number}/'],
    ['/', ''],
    ['/*', '/:all'],
  ])('%s and %s have one shape', (one, other) => {
    expect(pathTemplates(one)[0]?.shape).toBe(pathTemplates(other)[0]?.shape)
  })

  test('parameters are named in order', () => {
    expect(pathTemplates('/a/:b/*')[0]).toEqual({
      path: '/a/{b}/{wildcard}',
      shape: '/a/{}/{}',
      parameters: ['b', 'wildcard'],
    })
  })
})
