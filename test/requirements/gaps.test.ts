import { createResourceServer } from '@scopeward/core'
import { expect, test } from 'vitest'
import { challengesIn } from './challenge-grammar.ts'
import { useRig } from './rig.ts'

/** What is not met, each for the reason in the ledger. A test that begins to pass here has to leave this file. */
const rig = useRig('RS256')

test.fails('two challenges go out on two lines of WWW-Authenticate (RFC 9110 section 11.6.1)', async () => {
  const server = createResourceServer(rig.options({ dpop: 'accepted', publicOrigin: 'https://api.example.com' }))
  const outcome = await server.check({ method: 'GET', url: '/', headers: [] }, 'items:read')
  const line = outcome.granted ? undefined : outcome.denial.headers['WWW-Authenticate']
  expect(challengesIn(String(line))).toHaveLength(1)
})

test.fails('a token for the identifier of this server with its host in upper case is accepted (MCP authorization)', async () => {
  const { token } = await rig.honest({ audience: 'HTTPS://API.EXAMPLE.COM' })
  expect(await rig.verdict(token)).toBe('accepted')
})
