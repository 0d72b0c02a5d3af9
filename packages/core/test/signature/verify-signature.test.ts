import { sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { IssuerKeys } from '../../src/issuer/verification-key.ts'
import { verifySignature } from '../../src/signature/verify-signature.ts'
import { decodeToken } from '../../src/token/decode-token.ts'
import { rejectionFrom } from '../support/refusals.ts'
import { tampered } from '../support/requests.ts'
import { engineOf, handSigned, nextTurn } from '../support/signatures.ts'
import { base64url, claims, keys, mint, optionsFor, type TestKey } from '../support/tokens.ts'
import { keySetOf, rulesOf } from '../support/verified.ts'

const KEY = await keys()

describe.each(['node', 'jose'] as const)('with the engine %s', signatureEngine => {
  const rules = rulesOf(optionsFor(KEY, { signatureEngine }))
  const verify = async (token: string) => {
    const keySet = keySetOf(rules, engineOf(signatureEngine))
    const decoded = decodeToken({ token }, rules.algorithms)
    return verifySignature(decoded, await keySet.select(decoded), keySet)
  }

  test('a genuine token yields its frozen claims, its type and the key that verified it', async () => {
    const verified = await verify(await mint(KEY))
    expect(verified).toMatchObject({ claims: claims(), type: 'at+jwt', key: { kid: 'key-1' } })
    expect(Object.isFrozen(verified.claims)).toBe(true)
  })

  test('a changed token is signature_invalid, and no claims come out of it (RFC 7515 section 5.2)', async () => {
    expect(await rejectionFrom(async () => verify(tampered(await mint(KEY))))).toMatchObject({
      code: 'signature_invalid',
    })
  })

  test.each(['[]', 'null', '"text"', '{"iss":"a","iss":"b"}', '\ufeff{}', 'no json'])(
    'genuine bytes that are not a strict JSON object are token_json_invalid: %j (RFC 7519 section 7.2)',
    async payload => {
      const genuine = handSigned(KEY, (_input, key) => {
        const header = base64url(JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: 'key-1' }))
        return sign('sha256', Buffer.from(`${header}.${base64url(payload)}`), { key, dsaEncoding: 'ieee-p1363' })
      })
      const [header, , signature] = genuine.split('.')
      const token = `${header}.${base64url(payload)}.${signature}`
      expect(await rejectionFrom(() => verify(token))).toMatchObject({
        code: 'token_json_invalid',
        detail: { part: 'payload' },
      })
    },
  )

  test('where no key verifies it, those that the issuer has put under the same kid meanwhile are tried, and no other', async () => {
    const [renewed, other] = [await keys(), await keys()]
    const ringOf = async (key: TestKey) => {
      const its = rulesOf(optionsFor(key, { signatureEngine }))
      const keySet = keySetOf(its, engineOf(signatureEngine))
      const token = decodeToken({ token: await mint(key) }, its.algorithms)
      return { token, found: await keySet.select(token) }
    }
    const [before, after] = [await ringOf(KEY), await ringOf(renewed)]
    const asked: unknown[] = []
    const issuer = {
      selectReplacements: (...question: unknown[]) => {
        asked.push(question)
        return after.found
      },
    } as unknown as IssuerKeys
    expect(await verifySignature(before.token, before.found, issuer)).toMatchObject({ key: before.found[0] })
    expect(asked).toEqual([])
    // The node engine answers the first of a turn at once and the second later.
    await nextTurn()
    const twice = [1, 2].map(() => verifySignature(after.token, before.found, issuer))
    for (const verified of await Promise.all(twice)) expect(verified).toMatchObject({ key: after.found[0] })
    expect(asked).toEqual(Array(2).fill([after.token, before.found]))
    const stranger = (await ringOf(other)).token
    const { code } = await rejectionFrom(async () => verifySignature(stranger, before.found, issuer))
    expect(code).toBe('signature_invalid')
  })
})
