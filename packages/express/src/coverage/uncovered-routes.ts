import type { Application } from 'express'
import { foundRoutes } from './found-routes.ts'

/** Every route that somebody can reach without passing a guard or a declaration that it is public, as `GET /v1/orders`. */
export function uncoveredRoutes(app: Application): readonly string[] {
  const found = foundRoutes(app).filter(({ covering }) => covering.length === 0)
  return found.map(({ method, path, note }) => {
    const name = method === undefined ? path : `${method} ${path}`
    return note === '' ? name : `${name} (${note})`
  })
}
