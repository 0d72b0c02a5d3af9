// All APIs behind Express and behind Fastify, with each signature engine, alone in their process: what is emitted is what
// stands in its standard output, its standard error and its answers, and its heap holds no token but those that came in.
import { createServer } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { writeHeapSnapshot } from 'node:v8'
import { createResourceServer, dpop, satisfies, stepUp } from '@scopeward/core'
import { createGuard } from '@scopeward/express'
import scopeward, { publicRoute } from '@scopeward/fastify'
import express from 'express'
import Fastify from 'fastify'
import { optionsOf, withCommon } from './options.mjs'
import { tell, tellEvents } from './tell.mjs'

/** Room for tokens that are too large for the library. */
const MAX_HEADER_BYTES = 64 * 1024

const broken = satisfies('broken', () => {
  throw new Error('the predicate of the application fails')
})
const signIn = stepUp({ acrValues: ['phr'] })

function expressRoutes(options) {
  const guard = createGuard(options)
  const core = createResourceServer(options)
  const router = express.Router()
  const show = (request, response) => {
    tell('access', request.auth)
    response.json({ handled: true })
  }
  router.get('/guarded', guard('items:read'), show)
  router.get('/step-up', guard(signIn), show)
  router.get('/broken', guard(broken), show)
  if (options.dpop !== undefined) router.get('/bound', guard(dpop), show)
  router.get('/verify', guard.public, async (request, response) => response.json(await verify(core, request)))
  router.get('/careless', guard.public, (request, response) => {
    console.log(request.headers.authorization)
    keepPart(request)
    response.json({ handled: true })
  })
  return { guard, router }
}

const kept = []

/** A part of a string that V8 makes without copying, so that it keeps the whole. */
function keepPart({ headers }) {
  kept.push(headers.authorization.slice(0, -20))
}

async function verify(core, request) {
  const token = request.headers.authorization.slice('Bearer '.length)
  await core.verify(token).then(
    access => tell('access', access),
    error => tell('error', error),
  )
  return { handled: true }
}

async function startExpress(apis) {
  const app = express()
  const guards = []
  for (const { path, options } of apis) {
    const { guard, router } = expressRoutes(options)
    guards.push(guard)
    app.use(path, router)
  }
  app.use((error, _request, response, _next) => {
    tell('error', error)
    response.status(500).json({ title: 'Internal Server Error' })
  })
  for (const guard of guards) tell('readiness', await guard.ready(app))
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, app)
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  return server.address().port
}

function fastifyRoutes(options) {
  return async app => {
    await app.register(scopeward, options)
    const show = async request => {
      request.log.trace({ access: request.auth }, 'handled')
      tell('access', request.auth)
      return { handled: true }
    }
    const route = (path, access) => app.get(path, { config: { access } }, show)
    route('/guarded', 'items:read')
    route('/step-up', signIn)
    route('/broken', broken)
    if (options.dpop !== undefined) route('/bound', dpop)
    app.get('/careless', { config: { access: publicRoute } }, async request => {
      request.log.info(request.headers, 'careless')
      return { handled: true }
    })
  }
}

async function startFastify(apis) {
  const app = Fastify({ logger: { level: 'trace' }, http: { maxHeaderSize: MAX_HEADER_BYTES } })
  for (const { path, options } of apis) app.register(fastifyRoutes(options), { prefix: path })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app.server.address().port
}

/** What is freed by finalizers in one turn is collected in the next. */
async function snapshot(file) {
  for (let turn = 0; turn < 5; turn++) {
    global.gc()
    await setTimeout(20)
  }
  return writeHeapSnapshot(file)
}

async function start({ settings }) {
  tellEvents()
  const apis = Object.entries(optionsOf(settings)).flatMap(([name, own]) =>
    ['node', 'jose'].map(engine => {
      const options = withCommon(own, engine)
      return { path: `/${name}/${engine}`, options }
    }),
  )
  return { express: await startExpress(apis), fastify: await startFastify(apis) }
}

/** Not by a signal: what was printed last would be lost. */
function stop() {
  process.stdout.write('', () => process.exit())
}

const ANSWERS = { start, snapshot: ({ file }) => snapshot(file), stop }

process.on('disconnect', () => process.exit())
process.on('message', async ({ id, question, ...rest }) => {
  process.send({ id, answer: await ANSWERS[question](rest) })
})
