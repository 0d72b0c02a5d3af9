import express from 'express'
import { guard } from './guard.mjs'

const app = express()
app.get('/orders', guard('orders:read'), (_request, response) => response.end())
/** Not asked, where there is an app already. */
export function build() {
  throw new Error('There is an app.')
}
export default app
