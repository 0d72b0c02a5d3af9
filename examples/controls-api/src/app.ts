import { randomBytes } from 'node:crypto'
import type { Express } from 'express'
import { createApi } from './api.ts'
import { ControlStore } from './store.ts'

const api = createApi({
  issuer: 'https://login.example.com',
  audience: 'https://api.example.com',
  secrets: [randomBytes(32)],
  controls: new ControlStore([]),
  clients: [],
})

/** The API as it stands for `scopeward routes dist/app.js`; nobody listens, and nobody has the secret. */
export const app: Express = api.app
