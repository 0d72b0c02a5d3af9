import { beforeAll, describe, expect, test } from 'vitest'
import {
  createDpopKey,
  type DpopKey,
  type HonestProofName,
  honestProofNames,
  honestProofs,
  testClock,
} from '../../src/index.ts'
import { claimsOf, headerOf } from '../support.ts'
import { verifyProof } from './support.ts'

const clock = testClock()
const NOW = clock() / 1000
const ALL = Object.keys(honestProofs) as HonestProofName[]
const INPUT = { method: 'GET', url: 'https://api.example.com/v1/a%2Fb', accessToken: 'a.b.c' }

/** `new URL()` keeps percent-encoding as it is, so that comparing what it makes refuses these two (RFC 3986 section 6.2.2). */
const REFUSED_BY_COMPARING_URLS: readonly HonestProofName[] = ['htu-percent-encoded', 'htu-lower-case-hex']

let key: DpopKey
beforeAll(async () => {
  key = await createDpopKey('ES256', { clock })
})

test.each(ALL)('%s differs from the plain proof, and jose accepts it', async name => {
  const proof = await key.honest(name, INPUT)
  const plain = await key.proof({ ...INPUT, jti: String(claimsOf(proof).jti) })
  expect(proof.split('.').slice(0, 2)).not.toEqual(plain.split('.').slice(0, 2))
  const verdict = verifyProof(proof, { key, input: INPUT, clock })
  if (REFUSED_BY_COMPARING_URLS.includes(name)) await expect(verdict).rejects.toThrow('htu: ')
  else await verdict
})

test.each<readonly [HonestProofName, string, string?]>([
  ['htu-query', 'https://api.example.com/v1/a%2Fb?limit=5&after=a/b'],
  ['htu-fragment', 'https://api.example.com/v1/a%2Fb#top'],
  ['htu-query-and-fragment', 'https://api.example.com/v1/a%2Fb?limit=5#top?'],
  ['htu-upper-case', 'HTTPS://API.EXAMPLE.COM/v1/a%2Fb'],
  ['htu-default-port', 'https://api.example.com:443/v1/a%2Fb'],
  ['htu-default-port', 'http://127.0.0.1:80/', 'http://127.0.0.1/'],
  ['htu-empty-port', 'https://api.example.com:/v1/a%2Fb'],
  ['htu-percent-encoded', 'https://api.example.com/v1/%61%2Fb'],
  ['htu-percent-encoded', 'https://api.example.com/v1/%2F%62', 'https://api.example.com/v1/%2Fb'],
  ['htu-lower-case-hex', 'https://api.example.com/v1/a%2fb'],
  ['htu-lower-case-hex', 'https://api.example.com/%C3%A9', 'https://api.example.com/%c3%a9'],
  ['htu-dot-segments', 'https://api.example.com/./elsewhere/../v1/a%2Fb'],
])('%s spells the target %j', async (name, htu, url = INPUT.url) => {
  expect(claimsOf(await key.honest(name as HonestProofName, { ...INPUT, url })).htu).toBe(htu)
})

test('the others change what they say', async () => {
  const claims = async (name: HonestProofName) => claimsOf(await key.honest(name, INPUT))
  expect(await claims('nbf-and-exp')).toMatchObject({ iat: NOW, nbf: NOW, exp: NOW + 300 })
  expect(await claims('iat-fraction')).toMatchObject({ iat: NOW - 0.5 })
  expect(await claims('iat-8s-old')).toMatchObject({ iat: NOW - 8 })
  expect(await claims('iat-8s-ahead')).toMatchObject({ iat: NOW + 8 })
  expect(await claims('extra-claims')).toMatchObject({ sub: 'client', custom: { any: ['thing'] } })
  expect(headerOf(await key.honest('extra-jwk-members', INPUT)).jwk).toEqual({
    ...key.jwk,
    kid: 'dpop',
    alg: 'ES256',
    use: 'sig',
  })
})

describe('honestProofNames', () => {
  test('lists what exists for the URL', () => {
    expect(honestProofNames(INPUT.url)).toEqual(ALL)
    const missing = (url: string) => ALL.filter(name => !honestProofNames(url).includes(name))
    expect(missing('http://127.0.0.1:49152/v1/controls?a=%2F')).toEqual([
      'htu-default-port',
      'htu-empty-port',
      'htu-lower-case-hex',
    ])
    expect(missing('https://api.example.com/')).toEqual(['htu-percent-encoded', 'htu-lower-case-hex'])
  })

  test('what it leaves out cannot be made by mistake', async () => {
    const url = 'http://127.0.0.1:49152/v1/controls'
    for (const name of ALL.filter(each => !honestProofNames(url).includes(each))) {
      await expect(key.honest(name, { ...INPUT, url })).rejects.toThrow(`cannot be spelled as in "${name}"`)
    }
    await expect(key.honest('htu' as never, INPUT)).rejects.toThrow('honest: "htu" is none of htu-query')
  })
})
