/**
 * Guards one route of each kind and sends it three requests: without a token, with one that lacks the scope, with a good
 * one. Prints the statuses. Imports nothing that is under test: the caller says how the packages were loaded.
 */
module.exports = async function guardedRequests({ core, express, fastify, testing, frameworks }) {
  const issuer = await testing.createTestIssuer()
  const audience = 'https://api.example.com'
  const options = { ...issuer.options, audience, scopes: { 'reports:read': 'Read reports' } }
  const tokens = [undefined, await issuer.token(), await issuer.token({ scope: 'reports:read' })]
  const report = {
    core: await askCore(core.createResourceServer(options), tokens),
    express: await askExpress(express.createGuard(options), frameworks.express, tokens),
    fastify: await askFastify(fastify.scopeward, options, frameworks.fastify, tokens),
  }
  await issuer.stop()
  console.log(JSON.stringify(report))
}

const headersWith = token => (token === undefined ? {} : { authorization: `Bearer ${token}` })

async function askCore(api, tokens) {
  const outcomes = tokens.map(token =>
    api.check({ method: 'GET', url: '/reports', headers: headersWith(token) }, 'reports:read'),
  )
  return (await Promise.all(outcomes)).map(({ granted, denial }) => (granted ? 200 : denial.status))
}

async function askExpress(guard, express, tokens) {
  const app = express()
  app.get('/reports', guard('reports:read'), (request, response) => response.json(request.auth.clientId))
  await guard.ready(app)
  const server = app.listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const statuses = await ask(`http://127.0.0.1:${server.address().port}`, tokens)
  server.close()
  server.closeAllConnections()
  return statuses
}

async function askFastify(scopeward, options, fastify, tokens) {
  const app = fastify({ forceCloseConnections: true })
  await app.register(scopeward, options)
  app.get('/reports', { config: { access: 'reports:read' } }, async request => request.auth.clientId)
  const statuses = await ask(await app.listen({ port: 0, host: '127.0.0.1' }), tokens)
  await app.close()
  return statuses
}

async function ask(origin, tokens) {
  const statuses = []
  for (const token of tokens) {
    const response = await fetch(`${origin}/reports`, { headers: headersWith(token) })
    await response.arrayBuffer()
    statuses.push(response.status)
  }
  return statuses
}
