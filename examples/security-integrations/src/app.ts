import { createReplayStore, createRevocationList } from '@scopeward/express'
import type { Express } from 'express'
import { createApi } from './api.ts'
import { PUBLIC_ORIGIN } from './contract.ts'

const api = createApi({
  issuer: 'https://login.example.com',
  publicOrigin: PUBLIC_ORIGIN,
  replayStore: createReplayStore(),
  revocation: createRevocationList(),
})

/** The API as it stands for `scopeward routes dist/app.js`; nobody listens, so nothing has to be shared. */
export const app: Express = api.app
