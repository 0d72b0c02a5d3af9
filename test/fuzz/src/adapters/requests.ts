import fc from 'fast-check'
import { METHODS } from './apps.ts'
import { type Credentials, PROOF_NAMES, type ProofName, type Proven, TOKEN_NAMES } from './credentials.ts'
import type { WireRequest } from './wire.ts'

/** A header line, with places for what is made anew for each request. */
interface Line {
  readonly name: string
  readonly colon: string
  readonly value: readonly string[]
}

export interface Draft {
  readonly method: string
  readonly target: string
  readonly version: '1.0' | '1.1'
  readonly host: 'once' | 'never' | 'twice'
  readonly token: string
  readonly proof: ProofName
  readonly nonce: 'none' | 'current' | 'previous'
  readonly lines: readonly Line[]
  readonly filling: number
  readonly body: string | undefined
  /** Whether the very same request comes again, when its proof is used up. */
  readonly again: boolean
}

const TOKEN = '{token}'
const PROOF = '{proof}'
/** The one that suits the token. */
const SCHEME = '{scheme}'

const noise = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'aZ0 \t,;:="%._~+/-'),
    fc.integer({ min: 0, max: 255 }).map(code => (code === 10 || code === 13 ? ' ' : String.fromCharCode(code))),
  ),
  maxLength: 12,
})
const often = <T>(usual: readonly T[], odd: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 15, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: odd })

const colon = often([': '], fc.constantFrom(':', ':  ', ': \t', ' : ', ':\t'))
const authorization: fc.Arbitrary<Line> = fc.record({
  name: often(
    ['Authorization'],
    fc.constantFrom('authorization', 'AUTHORIZATION', 'Proxy-Authorization', 'X-Authorization'),
  ),
  colon,
  value: fc.tuple(
    often([SCHEME], fc.constantFrom('Bearer', 'DPoP', 'bearer', 'BEARER', 'dpop', 'Basic', 'Bearerx', '', 'Bearer:')),
    often([' '], fc.constantFrom('', '  ', '\t', '\xa0')),
    often(
      [TOKEN],
      fc.oneof(noise, fc.constantFrom(`"${TOKEN}"`, `${TOKEN} x`, `${TOKEN}, Bearer ${TOKEN}`, `${TOKEN}==`)),
    ),
    often([''], noise),
  ),
})
const dpop: fc.Arbitrary<Line> = fc.record({
  name: often(['DPoP'], fc.constantFrom('dpop', 'DPOP')),
  colon,
  value: fc.tuple(often([PROOF], fc.oneof(noise, fc.constantFrom(`${PROOF}, ${PROOF}`, `${PROOF}x`)))),
})
const other: fc.Arbitrary<Line> = fc.record({
  name: fc.constantFrom(
    'Cookie',
    'X-HTTP-Method-Override',
    'X-Forwarded-Host',
    'X-Forwarded-Proto',
    'Forwarded',
    'Client-Cert',
    'Origin',
    'Access-Control-Request-Method',
    'Upgrade',
    'Expect',
    'Content-Type',
    'X\xe9',
    'X Y',
    '',
  ),
  colon,
  value: fc.tuple(often(['GET', 'https', 'x', '100-continue', 'application/json'], noise)),
})

const path = fc.constantFrom(
  '/public',
  '/optional',
  '/read',
  '/write',
  '/any',
  '/all',
  '/items/1',
  '/items/a%2Fb%20c',
  '/items/%c3%a9',
  '/proven',
  '/.well-known/oauth-protected-resource',
)
const oddTarget = fc.oneof(
  fc.constantFrom(
    '/',
    '*',
    '/nothing',
    '/READ',
    '/read/',
    '//read',
    '/%72ead',
    '/items/',
    '/items/%',
    '/items/%%41%31',
    '/items/..',
    '/items/%2e%2e',
    '/x/../read',
    '/read;a=b',
    'http://api.example.com/read',
    'https://else.example/write',
    'read',
    '/read#a',
  ),
  noise.map(text => `/items/${text}`),
  noise,
)
const query = often([''], fc.constantFrom('?', `?access_token=${TOKEN}`, '?a=b&a[]=c', '?%', '?a=/..'))

export const anyDraft: fc.Arbitrary<Draft> = fc.record({
  method: often(METHODS, fc.constantFrom('get', 'LINK', 'FOO', 'QUERY', '')),
  target: fc
    .tuple(fc.oneof({ weight: 15, arbitrary: path }, { weight: 1, arbitrary: oddTarget }), query)
    .map(parts => parts.join('')),
  version: often(['1.1'], fc.constant('1.0')),
  host: often<Draft['host']>(['once'], fc.constantFrom('never', 'twice')),
  token: fc.constantFrom(...TOKEN_NAMES),
  proof: fc.constantFrom(...PROOF_NAMES),
  nonce: fc.constantFrom('none', 'current', 'previous'),
  lines: fc
    .tuple(
      fc.oneof(
        { weight: 12, arbitrary: fc.tuple(authorization) },
        { weight: 2, arbitrary: fc.array(authorization, { maxLength: 3 }) },
      ),
      fc.oneof({ weight: 12, arbitrary: fc.tuple(dpop) }, { weight: 3, arbitrary: fc.array(dpop, { maxLength: 2 }) }),
      fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(other, { maxLength: 2 }) }),
    )
    .chain(groups => fc.shuffledSubarray(groups.flat(), { minLength: groups.flat().length })),
  filling: often([0], fc.constantFrom(10, 990, 1000, 1100)),
  body: often([undefined, undefined, ''], fc.constantFrom('a=b', '{"a":', '{}')),
  again: fc.constantFrom(false, false, false, false, true),
})

/** Of the servers that the request goes to. */
interface Nonces {
  readonly previous?: string
  readonly current?: string
}

export async function requestFrom(draft: Draft, credentials: Credentials, nonces: Nonces): Promise<WireRequest> {
  const { method, target, version, host, lines, filling, body, proof } = draft
  const token = credentials.token(draft.token)
  const proven: Proven = { method, target, token, nonce: draft.nonce === 'none' ? undefined : nonces[draft.nonce] }
  const made = lines.some(({ value }) => value.some(part => part.includes(PROOF)))
    ? await credentials.proof(proof, proven)
    : ''
  const scheme = draft.token === 'dpop' ? 'DPoP' : 'Bearer'
  const fill = (text: string): string =>
    text.replaceAll(SCHEME, scheme).replaceAll(TOKEN, token).replaceAll(PROOF, made)
  const hosts = Array<string>({ once: 1, never: 0, twice: 2 }[host]).fill('Host: api.example.com')
  const headers = lines.map(line => fill(`${line.name}${line.colon}${line.value.join('')}`))
  const fillers = Array<string>(filling).fill('X:')
  return { method, target: fill(target), version, headers: [...hosts, ...fillers, ...headers], body }
}
