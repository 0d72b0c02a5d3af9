import { Hono } from 'hono'
import { createAccessControl } from './scopeward.ts'

export async function createApp(overrides?: Parameters<typeof createAccessControl>[0]): Promise<Hono> {
  const { guard, publicRoute, ready } = createAccessControl(overrides)
  const app = new Hono()
  app.get('/v1/controls/:id', guard('controls:read'), c => {
    return c.json({ id: c.req.param('id'), caller: c.var.auth.clientId })
  })
  app.put('/v1/controls/:id', guard('controls:write'), c => c.json({ changed: c.req.param('id') }))
  app.get('/health', publicRoute, c => c.text('ok'))
  await ready(app)
  return app
}
