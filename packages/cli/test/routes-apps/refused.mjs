import express from 'express'
import { guard } from './guard.mjs'

export const app = express()
app.delete('/orders/:id', (_request, response) => response.end(), guard('orders:write'))
app.post('/orders', (_request, response) => response.end())
await guard.ready(app)
