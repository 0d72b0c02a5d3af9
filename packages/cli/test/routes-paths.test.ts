import { pathTemplates } from '@scopeward/core'
import { describe, expect, test } from 'vitest'

const written = (path: string) => pathTemplates(path).map(template => template.path)

describe('a path of a framework as OpenAPI writes it', () => {
  test.each<[string, readonly string[]]>([
    ['/', ['/']],
    ['/v1/orders', ['/v1/orders']],
    ['/v1/orders/:id', ['/v1/orders/{id}']],
    ['/v1/:tenant/orders/:orderId', ['/v1/{tenant}/orders/{orderId}']],
    ['/flights/:from-:to', ['/flights/{from}-{to}']],
    ['/files/:name.:extension', ['/files/{name}.{extension}']],
    // Express 5
    ['/files/*path', ['/files/{path}']],
    ['/orders{/:id}', ['/orders', '/orders/{id}']],
    ['{/:language}/news', ['/news', '/{language}/news']],
    ['/a{/:b{/:c}}', ['/a', '/a/{b}', '/a/{b}/{c}']],
    ['/literal\\:colon', ['/literal:colon']],
    // Express 4
    ['/orders/:id(\\d+)', ['/orders/{id}']],
    ['/orders/:id((?:\\d+|latest))/lines', ['/orders/{id}/lines']],
    ['/orders/:id?', ['/orders', '/orders/{id}']],
    ['/:language?/news', ['/news', '/{language}/news']],
    ['/files/:path*', ['/files/{path}']],
    ['*', ['/{wildcard}']],
    // Fastify
    ['/files/*', ['/files/{wildcard}']],
    ['/literal::colon', ['/literal:colon']],
    ['/at/:hour(^\\d{2})h:minute(^\\d{2})m', ['/at/{hour}h{minute}m']],
    // OpenAPI, and @fastify/swagger
    ['/v1/orders/{id}', ['/v1/orders/{id}']],
    ['/files/{*}', ['/files/{wildcard}']],
    // Names that OpenAPI needs to be different
    ['/:id/of/:id', ['/{id}/of/{id2}']],
    ['/*/and/*', ['/{wildcard}/and/{wildcard2}']],
  ])('%s is %j', (path, expected) => {
    expect(written(path)).toEqual(expected)
  })

  test.each([
    ['a part of a regular expression', '/ab(cd)?e'],
    ['an optional letter', '/colou?r'],
    ['a mount path that Express did not keep', '…/orders'],
    ['a brace that is never closed', '/orders/{id'],
    ['an expression that is never closed', '/orders/:id(\\d+'],
    ['a colon without a name', '/orders/:'],
  ])('%s cannot be written: %s', (_case, path) => {
    expect(written(path)).toEqual([])
  })
})

test('the shape is the same whatever the parameters are called, with and without a slash at the end', () => {
  const shapes = ['/a/:id', '/a/{orderId}/', '/a/*', '/a/:id(\\d+)'].flatMap(pathTemplates).map(({ shape }) => shape)
  expect(new Set(shapes)).toEqual(new Set(['/a/{}']))
  expect(pathTemplates('/')[0]?.shape).toBe('/')
})
