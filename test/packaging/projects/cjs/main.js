const guardedRequests = require('../guarded-requests.cjs')

guardedRequests({
  core: require('@scopeward/core'),
  express: require('@scopeward/express'),
  fastify: require('@scopeward/fastify'),
  testing: require('@scopeward/testing'),
  frameworks: { express: require('express'), fastify: require('fastify') },
})
