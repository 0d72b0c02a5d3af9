import type { FastifyInstance } from 'fastify'
import { createApi } from './api.ts'

/** The API as it stands for `scopeward routes dist/app.js`; nobody listens. */
export const app: FastifyInstance = await createApi({ issuer: 'https://login.example.com' })
