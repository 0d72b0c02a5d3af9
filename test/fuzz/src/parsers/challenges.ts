import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import {
  allOf,
  anyOf,
  ConfigurationError,
  createResourceServer,
  DENIALS,
  type Denial,
  type DenialCode,
  type ResourceServerOptions,
  stepUp,
} from '@scopeward/core'
import fc from 'fast-check'
import { denials } from './core.ts'
import { type Case, parser } from './parser.ts'
import { readChallenges } from './read-challenges.ts'
import { anyText, changed } from './texts.ts'
import { anyOrigin, anyPath } from './uris.ts'

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kty: 'EC', kid: 'a' }] }

type Options = ResourceServerOptions<string>

/** What a developer gets wrong is a ConfigurationError, and nothing else. */
function configured<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined
    throw error
  }
}

/** Mostly right: each option has to get past the others. */
function mostly<T>(right: fc.Arbitrary<T>, odd: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 14, arbitrary: right }, { weight: 1, arbitrary: odd })
}

const oddWord = fc.string({
  unit: fc.oneof(fc.constantFrom(...'ab:/!#.'), fc.constantFrom(...' "\\,=\n\r\té\u2028')),
  minLength: 1,
  maxLength: 5,
})
const word = mostly(fc.stringMatching(/^[a-z:!#.,;=]{1,6}$/), oddWord)
const url = fc.oneof(
  fc.tuple(anyOrigin, anyPath).map(parts => parts.join('')),
  anyText,
)
const goodAddress = fc.constantFrom('10.0.0.0/8', '127.0.0.1', '::1', 'fe80::1', '::ffff:1.2.3.4', '2001:db8::/32')
const address = mostly(
  goodAddress,
  fc.oneof(
    changed(goodAddress),
    fc.constantFrom('fe80::1%eth0', 'fe80::1%1/64', '0.0.0.0/0', '1.2.3.4/33', '::/129', '10.0.0.0/08'),
  ),
)

/** Each option from right to hopeless. */
const anyOptions = fc.record(
  {
    issuer: mostly(fc.constantFrom('https://issuer.example', 'https://issuer.example/a/'), url),
    audience: mostly(fc.constantFrom('https://api.example.com', 'api'), anyText),
    realm: mostly(word, anyText),
    scopes: fc.dictionary(word, fc.constant('x'), { minKeys: 1, maxKeys: 3 }),
    publicOrigin: mostly(
      fc.constantFrom('https://api.example.com', 'HTTPS://API.example.com:443/'),
      fc.oneof(anyOrigin, changed(anyOrigin)),
    ),
    dpop: fc.constantFrom('off', 'accepted', 'required'),
    resourceMetadata: fc.record({
      resource: mostly(fc.constantFrom('https://api.example.com/v1', 'https://api.example.com'), url),
    }),
    trustedProxy: fc.record({
      addresses: fc.array(address, { minLength: 1, maxLength: 2 }),
      origin: fc.constantFrom('forwarded', 'x-forwarded'),
    }),
    allowHttpOnLoopback: fc.boolean(),
  },
  { requiredKeys: ['issuer', 'audience', 'scopes'] },
)

interface Input {
  readonly options: Omit<Options, 'jwks'>
  readonly sent: readonly string[]
  readonly all: boolean
}

const inputs: fc.Arbitrary<Input> = fc.record({
  options: anyOptions as fc.Arbitrary<Omit<Options, 'jwks'>>,
  sent: fc.constantFrom<readonly string[]>(
    [],
    ['Authorization', 'Bearer x'],
    ['Authorization', 'Basic x'],
    ['Authorization', 'DPoP x'],
  ),
  all: fc.boolean(),
})

async function checkOptions({ options, sent, all }: Input): Promise<string> {
  const server = configured(() => createResourceServer({ ...options, jwks }))
  const scopes = Object.keys(options.scopes)
  const guard = server && configured(() => server.guard(all ? allOf(...scopes) : anyOf(...scopes)))
  if (guard === undefined) return 'refused options'
  const outcome = await guard.check({ method: 'GET', url: '/', headers: sent })
  assert(!outcome.granted)
  const schemes = { off: ['Bearer'], accepted: ['Bearer', 'DPoP'], required: ['DPoP'] }[String(options.dpop ?? 'off')]
  const challenges = requireSound(outcome.denial)
  assert.deepEqual(
    challenges.map(({ scheme }) => scheme),
    schemes,
  )
  for (const { parameters } of challenges) {
    assert.equal(parameters.get('realm'), options.realm ?? options.audience)
    const named = parameters.get('scope')?.split(' ') ?? []
    assert(
      named.every(scope => scopes.includes(scope)),
      'a scope that nobody declared',
    )
    assert.equal(parameters.has('resource_metadata'), options.resourceMetadata !== undefined)
  }
  return outcome.denial.code
}

/** Every header is a line of printable ASCII, and the body says what the challenge says. */
function requireSound({ status, headers, body }: Denial): ReturnType<typeof readChallenges> {
  for (const value of Object.values(headers)) assert.match(value, /^[\x20-\x7e]+$/)
  const problem = JSON.parse(body) as Record<string, unknown>
  assert.equal(problem.status, status)
  const challenges = status === 503 ? [] : readChallenges(headers['WWW-Authenticate'] ?? '')
  const told = challenges.map(({ parameters }) => parameters.get('error')).find(error => error !== undefined)
  if (status !== 503) assert.equal(told, problem.error)
  return challenges
}

export const configurations: fc.Arbitrary<Case> = parser('options', inputs, checkOptions)

const anyDenial = fc.record({
  code: fc.constantFrom(...(Object.keys(DENIALS) as DenialCode[])),
  realm: fc.stringMatching(/^[ -!#-[\]-~]{1,8}$/),
  schemes: fc.constantFrom<readonly ('Bearer' | 'DPoP')[]>(['Bearer'], ['DPoP'], ['Bearer', 'DPoP']),
  presented: fc.constantFrom(undefined, 'Bearer' as const, 'DPoP' as const),
  algs: fc.constant(['ES256', 'PS256']),
  scopes: fc.array(fc.stringMatching(/^[!#-[\]-~]{1,5}$/), { maxLength: 3 }),
  acrValues: fc.array(word, { minLength: 1, maxLength: 3 }),
  maxAgeSeconds: fc.oneof(fc.nat(), fc.constantFrom(-1, 0.5, Number.NaN, Number.MAX_SAFE_INTEGER)),
  resourceMetadata: fc.constantFrom(undefined, 'https://api.example.com/.well-known/oauth-protected-resource'),
})

/** Through `stepUp()`, which refuses what no challenge could say. */
function checkDenial({
  code,
  acrValues,
  maxAgeSeconds,
  ...rest
}: typeof anyDenial extends fc.Arbitrary<infer T> ? T : never): string {
  const made = configured(() => stepUp({ acrValues, maxAgeSeconds }))
  const signIn = made?.kind === 'stepUp' ? made.stepUp : {}
  const denial = denials.denialFor(code, { ...rest, ...signIn })
  const challenges = requireSound(denial)
  if (denial.status === 503) return '503'
  assert.deepEqual(
    challenges.map(({ scheme }) => scheme),
    rest.schemes,
  )
  for (const { scheme, parameters } of challenges) {
    const { error, error_description, ...said } = Object.fromEntries(parameters)
    assert.deepEqual(
      said,
      withoutUndefined({
        realm: rest.realm,
        scope: rest.scopes.join(' ') || undefined,
        acr_values: signIn.acrValues?.join(' '),
        max_age: signIn.maxAgeSeconds?.toString(),
        algs: scheme === 'DPoP' ? rest.algs.join(' ') : undefined,
        resource_metadata: rest.resourceMetadata,
      }),
    )
    const isAbout = rest.presented === undefined || !rest.schemes.includes(rest.presented) || rest.presented === scheme
    const row = DENIALS[code]
    assert.deepEqual(
      [error, error_description],
      isAbout && row.error !== undefined ? [row.error, row.text] : [undefined, undefined],
    )
  }
  return made === undefined ? 'without sign-in' : 'with sign-in'
}

function withoutUndefined(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}

export const challenges: fc.Arbitrary<Case> = parser('challenge', anyDenial, checkDenial)
