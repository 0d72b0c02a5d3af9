import { allOf, createGuard, satisfies, service } from '@scopeward/express'
import express from 'express'

const guard = createGuard({
  issuer: 'https://login.example.com',
  audience: 'https://api.example.com',
  scopes: { 'reports:read': 'Read reports', 'reports:write': 'Write reports' },
  respond: (denial, _request, response) => void response.json({ code: denial.code }),
})
const ownTenant = satisfies('own tenant', (access, request) => access.claims.tenant === request.params.tenant)

export const app: express.Express = express()
app.get('/reports/:id', guard('reports:read'), (request, response) => {
  const caller: string = request.auth.clientId
  const id: string = request.params.id
  response.json({ caller, id })
})
app.post('/:tenant/reports', guard(allOf('reports:write', service, ownTenant)), (_request, response) => {
  response.end()
})
app.get('/health', guard.public, (_request, response) => void response.end())
await guard.ready(app)

// @ts-expect-error a misspelt scope
guard('reports:raed')
