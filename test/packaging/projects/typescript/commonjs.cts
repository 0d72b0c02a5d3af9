import core = require('@scopeward/core')
import express = require('@scopeward/express')
import fastify = require('@scopeward/fastify')
import testing = require('@scopeward/testing')

const options = { issuer: 'https://login.example.com', audience: 'https://api.example.com', scopes: { read: 'Read' } }

export const api: core.ResourceServer<'read'> = core.createResourceServer(options)
export const guard: express.ExpressGuard<'read'> = express.createGuard(options)
export const plugin: typeof fastify.scopeward = fastify.scopeward
export const issuer: Promise<testing.TestIssuer> = testing.createTestIssuer()
