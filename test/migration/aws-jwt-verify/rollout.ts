import { authenticated } from '@scopeward/core'
import { CognitoJwtVerifier } from 'aws-jwt-verify'
import express, { type Express, type RequestHandler } from 'express'
import { createWatch, type WatchOptions } from '../watch/express.ts'

export function createApp(overrides: Partial<WatchOptions<string>> = {}): Express {
  const watch = createWatch({
    issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_EXAMPLE',
    profile: 'cognito',
    audience: ['57cbishk4j24pabc1234567890'],
    scopes: { 'controls/read': 'Read controls' },
    ...overrides,
  })
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
  app.get('/v1/controls/:id', authorize('controls/read'), watch('controls/read'), (req, res) => {
    res.json({ id: req.params.id, subject: res.locals.claims.sub })
  })
  app.get('/v1/me', authorize(), watch(authenticated), (_req, res) => {
    res.json({ subject: res.locals.claims.sub })
  })
  return app
}
