import { expect, test } from 'vitest'
import { parseOptions } from '../../src/options/parse-options.ts'
import { misuseOf } from '../support/refusals.ts'

const issuer = 'https://login.example.com'
const server = { audience: 'https://api.example.com', scopes: { read: 'Read' } }
const parse = (definition: unknown) => parseOptions({ ...server, issuer: definition } as never)

test.each([
  ['secret', 'sharedSecret({ issuer, secrets: [secret] })'],
  ['secrets', 'sharedSecret({ issuer, secrets })'],
  ['clientId', 'introspection({ issuer, clientId, clientAuthentication })'],
  [
    'clientSecret',
    "introspection({ issuer, clientId, clientAuthentication: { method: 'client_secret_basic', clientSecret } })",
  ],
  ['clientAuthentication', 'introspection({ issuer, clientId, clientAuthentication })'],
  ['introspectionEndpoint', 'introspection({ issuer, introspectionEndpoint, clientId, clientAuthentication })'],
])('%s beside the name of an issuer says where it belongs', (name, where) => {
  expect(parse({ issuer }).trusted.kind).toBe('list')
  expect(misuseOf(() => parse({ issuer, [name]: 'x' }))).toEqual({
    code: 'option_unknown',
    message: `An issuer with a key set has no option "${name}". Write ${where}.`,
  })
})

test.each(['https://login.microsoftonline.com/{tenantid}/v2.0', 'https://*.example.com'])(
  '%s is a pattern, which is compared to the letter like everything else',
  pattern => {
    expect(parse(issuer).trusted.kind).toBe('list')
    expect(misuseOf(() => parse(pattern))).toEqual({
      code: 'option_invalid',
      message:
        'Option "issuer" is compared to the letter and knows no patterns. For issuers that come and go, pass a function.',
    })
  },
)
