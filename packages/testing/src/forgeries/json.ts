import type { TokenDraft } from '../mint.ts'
import { type Forgery, withClaims, withPayload, withRawClaim } from './forgery.ts'

export type JsonForgeryName =
  | 'payload-array'
  | 'payload-null'
  | 'payload-string'
  | 'payload-invalid-utf8'
  | 'payload-bom'
  | 'payload-duplicate-scope'
  | 'payload-duplicate-escaped'
  | 'payload-trailing'
  | 'payload-deep'
  | 'lone-surrogate'

/** Defects in the JSON text of the claims; all really signed by the issuer. */
export const jsonForgeries: Readonly<Record<JsonForgeryName, Forgery>> = {
  'payload-array': {
    attack: 'JSON6',
    description: 'the claims inside a list',
    build: withPayload(json => `[${json}]`),
  },
  'payload-null': {
    attack: 'JSON6',
    description: 'null in place of the claims',
    build: withPayload(() => 'null'),
  },
  'payload-string': {
    attack: 'JSON6',
    description: 'the JSON text of the claims as a JSON string',
    build: withPayload(json => JSON.stringify(json)),
  },
  'payload-invalid-utf8': {
    attack: 'JSON2',
    description: 'one more claim, with a byte that UTF-8 does not have',
    build: withPayload(json => Buffer.concat([Buffer.from('{"note":"\xff",', 'latin1'), Buffer.from(json.slice(1))])),
  },
  'payload-bom': {
    attack: 'JSON3',
    description: 'a byte order mark in front of the claims',
    build: withPayload(json => `\ufeff${json}`),
  },
  'payload-duplicate-scope': {
    attack: 'JSON1',
    description: 'scope twice: the honest one first, more privilege last',
    build: withSecondScope('scope'),
  },
  'payload-duplicate-escaped': {
    attack: 'JSON1',
    description: 'scope twice, the second spelled "sc\\u006fpe"',
    build: withSecondScope('sc\\u006fpe'),
  },
  'payload-trailing': {
    attack: 'JSON6',
    description: 'something behind the closing brace',
    build: withPayload(json => `${json}{}`),
  },
  'payload-deep': {
    attack: 'JSON5',
    description: 'one more claim of 5,000 nested lists: it parses, and overflows the stack of what serialises it later',
    build: withRawClaim('deep', '['.repeat(5000) + ']'.repeat(5000)),
  },
  'lone-surrogate': {
    attack: 'JSON4',
    description: 'sub ends in half a character (an unpaired surrogate), which no database or log can keep',
    build: withClaims(({ claims }) => ({ sub: `${claims.sub}\ud800` })),
  },
}

function withSecondScope(name: string): Forgery['build'] {
  return withPayload((_, { claims }: TokenDraft) => {
    const { scope = 'read', ...others } = claims
    const first = JSON.stringify({ ...others, scope })
    return `${first.slice(0, -1)},"${name}":${JSON.stringify(`${scope} admin`)}}`
  })
}
