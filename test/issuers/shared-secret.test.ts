import { type SharedSecretOptions, sharedSecret } from '@scopeward/core'
import { describe, expect, test } from 'vitest'
import { CURRENT, hmacToken, ISSUER, PREVIOUS, THIRD } from './support/secrets.ts'
import { startCallers, type ThreeCallers } from './support/three-callers.ts'
import { expectGranted, unauthorized } from './support/verdicts.ts'

const ALGORITHMS = ['HS256', 'HS384', 'HS512'] as const

describe.each(['node', 'jose'] as const)('a shared secret under the engine %s', signatureEngine => {
  const start = (changes: Partial<SharedSecretOptions> = {}): Promise<ThreeCallers> =>
    startCallers({
      issuer: sharedSecret({ issuer: ISSUER, secrets: [CURRENT, PREVIOUS], ...changes }),
      signatureEngine,
    })

  test.each(ALGORITHMS)(
    '%s: the current and the previous secret sign, a third does not (RFC 7518 section 3.2)',
    async algorithm => {
      const callers = await start({ algorithm })
      await expectGranted(callers, hmacToken(CURRENT, { algorithm }), { issuer: ISSUER, kind: 'service' })
      await expectGranted(callers, hmacToken(PREVIOUS, { algorithm }))
      expect(await callers.ask(hmacToken(THIRD, { algorithm }))).toEqual(unauthorized('signature_invalid'))
    },
  )

  test.each(ALGORITHMS)('%s alone is accepted where it was chosen (RFC 8725 section 3.1)', async chosen => {
    const callers = await start({ algorithm: chosen })
    await expectGranted(callers, hmacToken(CURRENT, { algorithm: chosen }))
    for (const algorithm of ALGORITHMS.filter(name => name !== chosen)) {
      const token = hmacToken(CURRENT, { algorithm })
      expect(await callers.ask(token), algorithm).toEqual(unauthorized('algorithm_not_allowed'))
    }
  })

  test('HS256 by default', async () => {
    const byDefault = await start()
    await expectGranted(byDefault, hmacToken(CURRENT))
    const longer = hmacToken(CURRENT, { algorithm: 'HS512' })
    expect(await byDefault.ask(longer)).toEqual(unauthorized('algorithm_not_allowed'))
  })

  test('text and its UTF-8 bytes are the same secret', async () => {
    const secret = 'pässwörter-☃-sind-genauso-lang-wie-ihre-bytes'
    for (const configured of [secret, Buffer.from(secret), new Uint8Array(Buffer.from(secret))]) {
      const callers = await start({ secrets: [configured] })
      await expectGranted(callers, hmacToken(secret))
      expect(await callers.ask(hmacToken(Buffer.from(secret, 'latin1')))).toEqual(unauthorized('signature_invalid'))
    }
  })

  test('bytes are copied: what the application does with its buffer later changes nothing', async () => {
    const bytes = Buffer.from(CURRENT)
    const callers = await start({ secrets: [bytes] })
    bytes.fill(0)
    await expectGranted(callers, hmacToken(CURRENT))
    expect(await callers.ask(hmacToken(bytes))).toEqual(unauthorized('signature_invalid'))
  })

  test('any kid, or none, is tried under every secret, and leads nowhere else', async () => {
    const callers = await start()
    for (const kid of [undefined, 'current', '0', '../../dev/null', '__proto__']) {
      await expectGranted(callers, hmacToken(PREVIOUS, { header: { kid } }))
      expect(await callers.ask(hmacToken('', { header: { kid } }))).toEqual(unauthorized('signature_invalid'))
    }
  })

  test('a changed, shortened, lengthened, empty or foreign signature is refused', async () => {
    const callers = await start()
    const token = hmacToken(CURRENT)
    await expectGranted(callers, token)
    const dot = token.lastIndexOf('.')
    const signature = Buffer.from(token.slice(dot + 1), 'base64url')
    const withSignature = (bytes: Uint8Array) => `${token.slice(0, dot)}.${Buffer.from(bytes).toString('base64url')}`
    const flipped = Buffer.from(signature)
    flipped[31] = (flipped[31] as number) ^ 1
    for (const wrong of [
      flipped,
      signature.subarray(0, 31),
      signature.subarray(1),
      signature.subarray(0, 1),
      Buffer.concat([signature, Buffer.alloc(1)]),
      Buffer.concat([signature, signature]),
      Buffer.alloc(32),
      Buffer.from(CURRENT).subarray(0, 32),
    ]) {
      expect(await callers.ask(withSignature(wrong))).toEqual(unauthorized('signature_invalid'))
    }
    expect(await callers.ask(`${token.slice(0, dot)}.`)).toEqual(unauthorized('token_malformed'))
    expect(await callers.ask(token.slice(0, dot))).toEqual(unauthorized('token_malformed'))
  })

  test('a signature by another hash than the header says is refused', async () => {
    for (const [algorithm, hash] of [
      ['HS256', 'sha512'],
      ['HS512', 'sha256'],
      ['HS256', 'sha1'],
      ['HS384', 'md5'],
    ] as const) {
      const callers = await start({ algorithm })
      await expectGranted(callers, hmacToken(CURRENT, { algorithm }))
      expect(await callers.ask(hmacToken(CURRENT, { algorithm, hash }))).toEqual(unauthorized('signature_invalid'))
    }
  })

  test.each<[string, Parameters<typeof hmacToken>[1], ...Parameters<typeof unauthorized>]>([
    ['alg none', { header: { alg: 'none' } }, 'algorithm_not_allowed'],
    ['alg RS256', { header: { alg: 'RS256' } }, 'algorithm_not_allowed'],
    ['alg hs256', { header: { alg: 'hs256' } }, 'algorithm_not_allowed'],
    ['alg missing', { header: { alg: undefined } }, 'algorithm_not_allowed'],
    ['alg a list', { header: { alg: ['HS256'] } }, 'algorithm_not_allowed'],
    ['typ of a DPoP proof', { header: { typ: 'dpop+jwt' } }, 'type_not_accepted'],
    ['crit', { header: { crit: ['exp'] } }, 'header_not_accepted', { parameter: 'crit' }],
    ['another issuer', { claims: { iss: 'https://other.example.com' } }, 'issuer_not_trusted'],
    ['another audience', { claims: { aud: 'https://other.example.com' } }, 'audience_mismatch', { audiences: 1 }],
    ['expired', { claims: { exp: 1_700_000_000 } }, 'token_expired'],
    ['exp a string', { claims: { exp: '4000000000' } }, 'claim_invalid', expect.objectContaining({ claim: 'exp' })],
    ['jti a number', { claims: { jti: 1 } }, 'claim_invalid', expect.objectContaining({ claim: 'jti' })],
    ['cnf', { claims: { cnf: { jkt: 'x' } } }, 'sender_constraint_unsupported', { reason: 'the option dpop is off' }],
  ])('%s is refused as with any issuer', async (_name, changes, code, detail) => {
    const callers = await start()
    await expectGranted(callers, hmacToken(CURRENT))
    expect(await callers.ask(hmacToken(CURRENT, changes))).toEqual(unauthorized(code, detail))
  })

  test('opaque tokens are malformed here', async () => {
    const callers = await start()
    await expectGranted(callers, hmacToken(CURRENT))
    expect(await callers.ask('opaque')).toEqual(unauthorized('token_malformed'))
    expect(await callers.ask(CURRENT)).toEqual(unauthorized('token_malformed'))
  })

  test('ready() has no key set to wait for', async () => {
    const { core } = await start()
    expect(await core.ready()).toEqual({ issuers: [{ issuer: ISSUER, keySet: 'none' }] })
  })
})
