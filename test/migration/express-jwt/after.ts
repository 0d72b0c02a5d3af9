import { authenticated, createGuard, type ExpressGuardOptions } from '@scopeward/express'
import express, { type Express } from 'express'

export async function createApp(overrides: Partial<ExpressGuardOptions<string>> = {}): Promise<Express> {
  const guard = createGuard({
    issuer: 'https://login.example.com/', // exactly the `iss` of the tokens
    audience: 'https://api.example.com',
    scopes: { 'controls:read': 'Read controls' }, // every scope that a route asks for
    ...overrides,
  })
  const app = express()
  app.get('/health', guard.public, (_req, res) => {
    res.send('ok')
  })
  app.get('/v1/controls/:id', guard('controls:read'), (req, res) => {
    res.json({ id: req.params.id, subject: req.auth.subject })
  })
  app.get('/v1/me', guard(authenticated), (req, res) => {
    res.json({ subject: req.auth.subject })
  })
  await guard.ready(app) // throws if a route is neither guarded nor public
  return app
}
