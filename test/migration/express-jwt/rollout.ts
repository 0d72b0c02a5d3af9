import { authenticated } from '@scopeward/core'
import express, { type Express } from 'express'
import { expressjwt, type Request } from 'express-jwt'
import { expressJwtSecret, type GetVerificationKey } from 'jwks-rsa'
import { createWatch, type WatchOptions } from '../watch/express.ts'
import { answerUnauthorized } from './before.ts'

export function createApp(
  issuer = 'https://login.example.com/',
  jwksUri = 'https://login.example.com/.well-known/jwks.json',
  overrides: Partial<WatchOptions<string>> = {},
): Express {
  const watch = createWatch({
    issuer: 'https://login.example.com/',
    audience: 'https://api.example.com',
    scopes: { 'controls:read': 'Read controls' },
    ...overrides,
  })
  const secret = expressJwtSecret({ jwksUri, cache: true, rateLimit: true, jwksRequestsPerMinute: 5 })
  const audience = 'https://api.example.com'
  const app = express()
  app.use(expressjwt({ secret: secret as GetVerificationKey, audience, issuer, algorithms: ['RS256'] }))
  app.get('/v1/controls/:id', watch('controls:read'), (req: Request, res) => {
    const scopes: string[] = req.auth?.scope?.split(' ') ?? []
    if (!scopes.includes('controls:read')) return void res.sendStatus(403)
    res.json({ id: req.params.id, subject: req.auth?.sub })
  })
  app.get('/v1/me', watch(authenticated), (req: Request, res) => {
    res.json({ subject: req.auth?.sub })
  })
  app.use(answerUnauthorized)
  return app
}
