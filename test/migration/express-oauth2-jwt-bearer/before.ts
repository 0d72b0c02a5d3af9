import express, { type Express } from 'express'
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer'

export function createApp(issuer = 'https://login.example.com/'): Express {
  const app = express()
  app.get('/health', (_req, res) => {
    res.send('ok')
  })
  app.use(auth({ issuerBaseURL: issuer, audience: 'https://api.example.com' }))
  app.get('/v1/controls/:id', requiredScopes('controls:read'), (req, res) => {
    res.json({ id: req.params.id, subject: req.auth?.payload.sub })
  })
  app.get('/v1/me', (req, res) => {
    res.json({ subject: req.auth?.payload.sub })
  })
  return app
}
