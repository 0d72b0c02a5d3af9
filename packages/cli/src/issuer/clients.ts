import type { TestClient } from '@scopeward/testing'
import { parseClientText } from '../shared/client.ts'
import { CommandFailure } from '../shared/exit.ts'
import { readJsonFile } from '../shared/input.ts'

const FORM = 'id:secret:scope,scope'

/** `id:secret:scopes`; the scopes may have colons and are separated by commas or spaces. */
export function parseClientFlag(text: string, audiences: readonly string[]): TestClient {
  const { clientId, clientSecret, rest } = parseClientText(text, FORM)
  const scopes = rest.split(/[\s,]+/).filter(scope => scope !== '')
  return { clientId, clientSecret, scopes, ...(audiences.length > 0 && { audiences }) }
}

/** `{ "clients": [ … ] }` with the members of a client of the test issuer. @throws CommandFailure */
export function readClientsFile(path: string): readonly TestClient[] {
  const document = readJsonFile(path, '--file')
  const clients = (document as { readonly clients?: unknown } | null)?.clients
  if (Array.isArray(clients) && clients.every(client => typeof client === 'object' && client !== null)) return clients
  throw new CommandFailure(
    '--file must be like { "clients": [ { "clientId": "…", "clientSecret": "…", "scopes": ["…"] } ] }.',
  )
}

/** Where nobody is named, there is somebody to try with. */
export const DEMO_CLIENT: TestClient = { clientId: 'demo', clientSecret: 'demo-secret', scopes: ['read', 'write'] }
