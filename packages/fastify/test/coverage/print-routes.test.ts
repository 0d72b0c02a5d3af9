import fastify, { type FastifyInstance } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { printedRoutes } from '../../src/coverage/print-routes.ts'

const handler = async () => ''

/** Declares routes, and compares what the tree tells with what an onRoute hook saw. */
async function compare(
  declare: (app: FastifyInstance) => unknown,
  seenAs = (name: string) => [name],
): Promise<string[]> {
  const app = fastify()
  onTestFinished(() => app.close())
  const collected: string[] = []
  app.addHook('onRoute', ({ method, url, constraints = {} }) => {
    const text = Object.keys(constraints).length === 0 ? '' : JSON.stringify(constraints)
    for (const name of [method].flat()) collected.push(...seenAs(`${name} ${url}${text}`))
  })
  declare(app)
  await app.ready()
  const printed = printedRoutes(app).map(({ name, constraints }) => name + constraints)
  expect(printed.sort()).toEqual(collected.sort())
  return printed
}

test('reads routes that share prefixes', async () => {
  const printed = await compare(app => {
    app.get('/', handler)
    app.get('/orders', handler)
    app.post('/orders', handler)
    app.get('/orders/:id', handler)
    app.delete('/orders/:id', handler)
    app.get('/orders/:id/lines/:line', handler)
    app.get('/order', handler)
    app.get('/ordinary', handler)
  })
  expect(printed).toContain('GET /orders/:id/lines/:line')
})

test('reads nested contexts with prefixes', async () => {
  const printed = await compare(app => {
    app.register(
      async v1 => {
        v1.get('/a', handler)
        v1.register(async deeper => deeper.get('/b', handler), { prefix: '/deeper' })
      },
      { prefix: '/v1' },
    )
  })
  expect(printed).toEqual(expect.arrayContaining(['GET /v1/a', 'HEAD /v1/deeper/b']))
})

test('reads wildcards with what stands before them', async () => {
  const printed = await compare(app => {
    app.options('*', handler)
    app.get('/*', handler)
    app.get('/documentation/*', handler)
    app.get('/documentation/static/*', handler)
    app.get('/files/:id/*', handler)
  })
  expect(printed).toEqual(expect.arrayContaining(['OPTIONS *', 'GET /*', 'HEAD /documentation/*', 'GET /files/:id/*']))
})

test('reads a single wildcard', () => compare(app => app.get('*', handler)))

test('reads regular expressions, several parameters in a segment and suffixes', () =>
  compare(app => {
    app.get('/a/:id(^\\d+$)', handler)
    app.get('/a/:id(^(?:x|y)$)/z', handler)
    app.get('/near/:lat-:lng', handler)
    app.get('/files/:name.:extension', handler)
    app.get('/time/:hour(^\\d{2})h:minute(^\\d{2})m', handler)
  }))

test('reads constraints', async () => {
  const printed = await compare(app => {
    app.get('/v', handler)
    app.get('/v', { constraints: { version: '1.0.0' } }, handler)
    app.get('/v', { constraints: { version: '2.0.0', host: 'a.example' } }, handler)
    app.get('/v/:id', { constraints: { host: 'a.example' } }, handler)
  })
  expect(printed).toContain('GET /v{"version":"1.0.0"}')
})

test('reads routes of several methods', () =>
  compare(app => {
    app.all('/all', handler)
    app.route({ method: ['GET', 'PUT'], url: '/some', handler })
    app.addHttpMethod('M-SEARCH')
    app.route({ method: 'M-SEARCH', url: '/some', handler })
  }))

test('reads blanks, brackets, letters beyond ASCII and what looks like the tree', () =>
  compare(app => {
    app.get('/a', handler)
    app.get('/a b', handler)
    app.get('/a (GET)', handler)
    app.get('/größe/:id', handler)
    app.get('/x├── y', handler)
  }))

test('reads an optional parameter as the two routes that it is', () =>
  compare(
    app => app.get('/a/:b?', handler),
    name => [name.replace('/:b?', ''), name.replace('?', '')],
  ))

test('reads the root of a prefix as the two routes that it is, of which the hook sees one', () =>
  compare(
    app => app.register(async v1 => v1.post('/', handler), { prefix: '/v1' }),
    name => [name, `${name}/`],
  ))

test('reads a tree without routes', async () => {
  expect(await compare(() => undefined)).toEqual([])
})

test('reads the onRequest hooks of each route and of no other', async () => {
  const app = fastify()
  onTestFinished(() => app.close())
  app.get('/plain', handler)
  app.get(
    '/',
    {
      onRequest: function own(_request, _reply, done) {
        done()
      },
    },
    handler,
  )
  app.register(async child => {
    child.addHook('onRequest', function inherited(_request, _reply, done) {
      done()
    })
    child.addHook('preHandler', function other(_request, _reply, done) {
      done()
    })
    child.get('/child', handler)
    child.post('/', handler)
  })
  await app.ready()
  const hooks = Object.fromEntries(printedRoutes(app).map(route => [route.name, route.hooks]))
  expect(hooks).toEqual({
    'GET /plain': '',
    'HEAD /plain': '',
    'GET /': '• (onRequest) ["own()"]',
    'HEAD /': '• (onRequest) ["own()"]',
    'POST /': '• (onRequest) ["inherited()"]',
    'GET /child': '• (onRequest) ["inherited()"]',
    'HEAD /child': '• (onRequest) ["inherited()"]',
  })
})
