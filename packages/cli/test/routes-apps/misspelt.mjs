import { guard } from './guard.mjs'

guard('orders:raed')
