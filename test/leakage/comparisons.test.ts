import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readSource, readSources, type SourceFile } from '../../packages/core/test/support/source-text.ts'

const PACKAGES = ['core', 'express', 'fastify', 'redis'] as const
const folderOf = (name: string): string => fileURLToPath(new URL(`../../packages/${name}/src`, import.meta.url))
const SOURCES = PACKAGES.flatMap(name =>
  readSources(folderOf(name)).map(source => ({ ...source, path: `${name}/${source.path}` })),
)

/** Whatever is called so may be a secret, or may tell of one. */
const SECRETIVE =
  /secret|password|passphrase|privateKey|credential|assertion|authorization|token|compact|proof|nonce|signature|\bmac\b|hmac|digest|hash|expected|thumbprint|jkt/i

const OPERAND = String.raw`[\w$.#?!]+(?:\([^()]*\))?(?:\.[\w$]+)*`
const COMPARISON = new RegExp(`(${OPERAND}) (?:===|!==|==|!=) (${OPERAND}|"\\d+")`, 'g')
const CALL = /([\w$.#?!]+)\.(?:equals|compare|includes|indexOf|startsWith|endsWith|has|get|localeCompare)\(([^()]*)\)/g

/** Names of our own constants, and what says nothing about the content. */
const HARMLESS = /^(undefined|null|true|false|-?\d.*|"\d+"|[A-Z_]+)$|^typeof\b/
const HARMLESS_MEMBER = /(\.(length|size|code|kind|type|status|name|method)|^code)$/

/** Comparisons with something that may be secret, and look-ups of it, which compare as well. */
function suspectsIn({ path, code }: SourceFile): readonly string[] {
  const comparisons = [...code.matchAll(COMPARISON)].filter(([text, left = '', right = '']) => {
    const isHarmless = HARMLESS.test(right) || HARMLESS_MEMBER.test(left) || text.includes('typeof')
    return !isHarmless && (SECRETIVE.test(left) || SECRETIVE.test(right))
  })
  const calls = [...code.matchAll(CALL)].filter(([, on = '', what = '']) => {
    return (
      !HARMLESS.test(on) &&
      !HARMLESS.test(what) &&
      !/[cC]ode$|lgorithm/.test(what) &&
      (SECRETIVE.test(on) || SECRETIVE.test(what))
    )
  })
  return [...comparisons, ...calls].map(([text]) => `${path}: ${text.replaceAll(/"\d+"/g, '…')}`)
}

/** Looked at one by one. A new one stands here only with the reason why its time tells nobody anything. */
const REVIEWED: Readonly<Record<string, string>> = {
  'core/resource-server.ts: this.#underWay.get(digest)': 'SHA-256 of the token',
  'core/resource-server.ts: this.#cache.get(digest)': 'SHA-256 of the token',
  'core/token-cache.ts: this.#entries?.get(digest)': 'SHA-256 of the token',
  'core/introspection/inactive-tokens.ts: this.#found.get(digest)': 'SHA-256 of the token',
  'core/introspection/introspector.ts: this.#underWay.get(digest)': 'SHA-256 of the token',
  'core/introspection/introspector.ts: this.#inactive.has(digest, this.#rules, this.#proof.cacheSeconds)':
    'SHA-256 of the token',
  'core/issuer/public-jwk.ts: digest === first.digest': 'names of hash functions',
  'core/token/split-compact.ts: secondDot === token.length': 'how long the token is, which its sender knows',
  'core/token/split-compact.ts: token.indexOf(…, firstDot + 1)': 'where the dots of the token are',
  'core/sender/certificate/require-certificate.ts: thumbprint !== x5tS256': 'hashes of certificates, which are public',
  'core/sender/dpop/proof-check.ts: proof.key.thumbprint !== jkt': 'hashes of public keys',
  'core/sender/dpop/proof-check.ts: this.#usedUp.get(identity) === proof.key': 'hashes of public key and `jti`',
  'core/sender/dpop/proof-claims.ts: accessTokenHash !== hash(…, token, …)':
    'SHA-256 of the token that the same request brought',
  'core/sender/dpop/nonces.ts: nonce === current': 'handed out to everybody',
  'core/sender/dpop/nonces.ts: this.#good.get(nonce)': 'found by its hash, and handed out to everybody',
}

test('no secret is compared but in constant time (RFC 7515 section 5.2, RFC 7518 section 3.2)', () => {
  expect([...new Set(SOURCES.flatMap(suspectsIn))].sort()).toEqual(Object.keys(REVIEWED).sort())
})

test('the MAC of a token is compared by timingSafeEqual, and no other MAC is compared at all', () => {
  const using = (name: string) => SOURCES.filter(({ code }) => code.includes(`${name}(`)).map(({ path }) => path)
  expect(using('createHmac')).toEqual(['core/sender/dpop/nonces.ts', 'core/signature/node-engine.ts'])
  expect(using('timingSafeEqual')).toEqual(['core/signature/node-engine.ts'])
  const engine = readFileSync(`${folderOf('core')}/signature/node-engine.ts`, 'utf8')
  const [made, ...others] = engine.matchAll(/const (\w+) = createHmac\(.*\)\s*return (.*)\n/g)
  expect(others).toEqual([])
  expect(made?.slice(1)).toEqual([
    'expected',
    'signature.length === expected.length && timingSafeEqual(signature, expected)',
  ])
})

test.each([
  'if (secret === given) return',
  "if (this.#clientSecret !== request.headers['x']) return",
  'return expected.equals(signature)',
  'return Buffer.compare(mac, given) === 0',
  'if (secrets.includes(given)) return',
  'if (options.password == given.password) return',
  'const found = byToken.get(given)',
])('the search finds %s', text => {
  expect(suspectsIn(readSource('a.ts', text))).toHaveLength(1)
})
