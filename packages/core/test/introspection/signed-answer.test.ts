import { CompactSign } from 'jose'
import { describe, expect, test } from 'vitest'
import { readSignedAnswer } from '../../src/introspection/signed-answer.ts'
import { KeySet } from '../../src/issuer/key-set.ts'
import { parseIssuer } from '../../src/options/parse-issuer.ts'
import { ENGINES } from '../support/signatures.ts'
import { compact, ISSUER, keys, type Members, NOW, type TestKey } from '../support/tokens.ts'
import { stageOptions } from '../support/verified.ts'

const KEY = await keys('ES256')
const RESPONSE = { active: true, client_id: 'billing' }

function answer(changes: Members = {}, header: Members = {}, key: TestKey = KEY): Promise<string> {
  const payload = { iss: ISSUER, aud: 'reports-api', iat: NOW, token_introspection: RESPONSE, ...changes }
  return new CompactSign(Buffer.from(JSON.stringify(payload)))
    .setProtectedHeader({ alg: key.algorithm, typ: 'token-introspection+jwt', kid: key.kid, ...header })
    .sign(key.privateKey)
}

describe.each(ENGINES)('the engine %s reads a signed answer (RFC 9701 section 5)', (_name, engine) => {
  const jwks = { keys: [KEY.publicJwk as Members] }
  const rules = parseIssuer({ issuer: ISSUER, jwks, algorithms: ['ES256'] }, stageOptions({ clock: () => NOW * 1000 }))
  const read = async (text: string): Promise<unknown> => {
    try {
      const keySet = new KeySet(rules, { kind: 'inline', jwks }, engine)
      return await readSignedAnswer(text, rules, keySet, 'reports-api')
    } catch (error) {
      return (error as Error).message
    }
  }

  test('and hands out what is inside, frozen', async () => {
    const inside = await read(await answer())
    expect(inside).toEqual(RESPONSE)
    expect(Object.isFrozen(inside)).toBe(true)
  })

  test.each<[string, Members]>([
    ['iat a minute and the tolerance ago', { iat: NOW - 65 }],
    ['iat ahead by the tolerance', { iat: NOW + 5 }],
    ['exp that ended within the tolerance', { exp: NOW - 4 }],
    ['a list of clients', { aud: ['a', 'reports-api'] }],
    ['an answer that is not active', { token_introspection: { active: false } }],
    ['members of its own', { jti: 'x', sub: 'y' }],
  ])('with %s', async (_name, changes) => {
    expect(await read(await answer(changes))).toEqual(changes.token_introspection ?? RESPONSE)
  })

  test.each<[string, Members, string]>([
    ['iat too old', { iat: NOW - 65.001 }, 'the signed answer is not from now'],
    ['iat ahead', { iat: NOW + 5.001 }, 'the signed answer is not from now'],
    ['exp over', { exp: NOW - 5 }, 'the signed answer is not from now'],
    ['iss with a slash', { iss: `${ISSUER}/` }, 'the signed answer is of another issuer'],
    ['iss a list', { iss: [ISSUER] }, 'the signed answer is of another issuer'],
    ['aud of another', { aud: 'reports' }, 'the signed answer is for another client'],
    ['aud an object', { aud: { 0: 'reports-api' } }, 'the signed answer is for another client'],
    [
      'the response as text',
      { token_introspection: JSON.stringify(RESPONSE) },
      'the signed answer has no object token_introspection',
    ],
  ])('but not with %s', async (_name, changes, reason) => {
    expect(await read(await answer())).toEqual(RESPONSE)
    expect(await read(await answer(changes))).toBe(reason)
  })

  test.each<[string, () => Promise<string> | string, string]>([
    ['another key under the same kid', async () => answer({}, {}, await keys('ES256')), 'signature_invalid'],
    ['an algorithm that is not listed', async () => answer({}, {}, await keys('RS256')), 'algorithm_not_allowed'],
    ['the typ of access tokens', () => answer({}, { typ: 'at+jwt' }), 'type_not_accepted'],
    ['no signature', () => compact('{"alg":"none","typ":"token-introspection+jwt"}', '{}', ''), 'token_malformed'],
    ['white space around', async () => ` ${await answer()}`, 'token_malformed'],
    ['a line break at the end', async () => `${await answer()}\n`, 'token_malformed'],
    ['a header that is no JSON', () => compact('nonsense', '{}'), 'token_json_invalid'],
    [
      'crit',
      () => compact('{"alg":"ES256","typ":"token-introspection+jwt","crit":["b64"]}', '{}'),
      'header_not_accepted',
    ],
    ['plain JSON', () => JSON.stringify(RESPONSE), 'token_malformed'],
    ['nothing', () => '', 'token_malformed'],
  ])('nor with %s', async (_name, make, code) => {
    expect(await read(await make())).toBe(`the signed answer was refused (${code})`)
  })

  test('nor where a clock yields NaN', async () => {
    const broken = { ...rules, clock: () => Number.NaN }
    const keySet = new KeySet(rules, { kind: 'inline', jwks }, engine)
    await expect(readSignedAnswer(await answer(), broken, keySet, 'reports-api')).rejects.toThrow('is not from now')
  })
})
