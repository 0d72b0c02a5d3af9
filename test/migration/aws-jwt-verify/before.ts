import { CognitoJwtVerifier } from 'aws-jwt-verify'
import express, { type Express, type RequestHandler } from 'express'

export function createApp(): Express {
  const verifier = CognitoJwtVerifier.create({
    userPoolId: 'eu-west-1_EXAMPLE',
    tokenUse: 'access',
    clientId: ['57cbishk4j24pabc1234567890'],
  })
  const authorize = (scope?: string): RequestHandler => {
    return async (req, res, next) => {
      try {
        const token = req.header('authorization')?.replace(/^Bearer /, '') ?? ''
        res.locals.claims = await verifier.verify(token, scope === undefined ? {} : { scope })
      } catch (err) {
        console.error(err)
        return void res.status(403).json({ statusCode: 403, message: 'Forbidden' })
      }
      next()
    }
  }
  const app = express()
  app.get('/health', (_req, res) => {
    res.send('ok')
  })
  app.get('/v1/controls/:id', authorize('controls/read'), (req, res) => {
    res.json({ id: req.params.id, subject: res.locals.claims.sub })
  })
  app.get('/v1/me', authorize(), (_req, res) => {
    res.json({ subject: res.locals.claims.sub })
  })
  return app
}
