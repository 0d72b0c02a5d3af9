import { authenticated } from '@scopeward/core'
import express, { type Express } from 'express'
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer'
import { createWatch, type WatchOptions } from '../watch/express.ts'

export function createApp(
  issuer = 'https://login.example.com/',
  overrides: Partial<WatchOptions<string>> = {},
): Express {
  const watch = createWatch({
    issuer: 'https://login.example.com/',
    audience: 'https://api.example.com',
    scopes: { 'controls:read': 'Read controls' },
    ...overrides,
  })
  const app = express()
  app.use(auth({ issuerBaseURL: issuer, audience: 'https://api.example.com' }))
  app.get('/v1/controls/:id', requiredScopes('controls:read'), watch('controls:read'), (req, res) => {
    res.json({ id: req.params.id, subject: req.auth?.payload.sub })
  })
  app.get('/v1/me', watch(authenticated), (req, res) => {
    res.json({ subject: req.auth?.payload.sub })
  })
  return app
}
