import express, { type ErrorRequestHandler, type Express } from 'express'
import { expressjwt, type Request } from 'express-jwt'
import { expressJwtSecret, type GetVerificationKey } from 'jwks-rsa'

export function createApp(
  issuer = 'https://login.example.com/',
  jwksUri = 'https://login.example.com/.well-known/jwks.json',
): Express {
  const secret = expressJwtSecret({ jwksUri, cache: true, rateLimit: true, jwksRequestsPerMinute: 5 })
  const app = express()
  app.use(
    expressjwt({
      secret: secret as GetVerificationKey,
      audience: 'https://api.example.com',
      issuer,
      algorithms: ['RS256'],
    }).unless({ path: ['/health'] }),
  )
  app.get('/health', (_req, res) => {
    res.send('ok')
  })
  app.get('/v1/controls/:id', (req: Request, res) => {
    const scopes: string[] = req.auth?.scope?.split(' ') ?? []
    if (!scopes.includes('controls:read')) return void res.sendStatus(403)
    res.json({ id: req.params.id, subject: req.auth?.sub })
  })
  app.get('/v1/me', (req: Request, res) => {
    res.json({ subject: req.auth?.sub })
  })
  app.use(answerUnauthorized)
  return app
}

export const answerUnauthorized: ErrorRequestHandler = (err, _req, res, next) => {
  if (err.name === 'UnauthorizedError') res.status(401).send('invalid token...')
  else next(err)
}
