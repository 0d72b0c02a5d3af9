/** Keeps its process, as a connection does. */
setInterval(() => undefined, 1000)

export { app } from './flawed.mjs'
