import express from 'express'
import { guard } from './guard.mjs'

export const app = express()
app.get('/orders', guard('orders:read'), (_request, response) => response.end())
app.delete('/orders/:id', (_request, response) => response.end(), guard('orders:write'))
app.get('/files/*path', guard.optional('orders:read'), (_request, response) => response.end())
app.all('/hook', guard.public, (_request, response) => response.end())
app.get(/^\/o+$/, guard('orders:read'), (_request, response) => response.end())
