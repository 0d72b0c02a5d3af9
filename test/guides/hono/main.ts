import { serve } from '@hono/node-server'
import { createApp } from './app.ts'

const app = await createApp()
serve({ fetch: app.fetch, port: 3000 })
