import { DENIALS, type DenialCode } from '@scopeward/core'
import { type ForgeryName, forgeries } from '@scopeward/testing'
import { describe, expect, test } from 'vitest'
import { VERDICTS } from '../attacks/catalogue.ts'
import { compact, withClaims } from '../attacks/mint.ts'
import { answersTo, bearer, expectAccepted, useBench } from '../attacks/support.ts'
import type { RawResponse } from '../support/raw-http.ts'

const bench = useBench()
const SCOPE = 'items:read'

/** The one text for whatever is wrong with a token itself. Its kinds cannot be told apart. */
const NOT_VALID = 'The access token is not valid'

/**
 * Every text that a token can be refused with, by the codes that share it: all that anybody learns. Those besides
 * `NOT_VALID` say what the holder of an honest token has to do, and nothing of keys, signatures and issuers.
 */
const TEXTS: Readonly<Record<string, readonly DenialCode[]>> = {
  [NOT_VALID]: [
    'token_too_large',
    'token_malformed',
    'token_json_invalid',
    'header_not_accepted',
    'algorithm_not_allowed',
    'type_not_accepted',
    'issuer_not_trusted',
    'key_unknown',
    'key_ambiguous',
    'signature_invalid',
    'claim_missing',
    'claim_invalid',
    'claim_not_accepted',
    'sender_constraint_unsupported',
    'token_inactive',
  ],
  'The access token is meant for another audience': ['audience_mismatch'],
  'The access token expired': ['token_expired'],
  'The access token is not valid yet': ['token_not_yet_valid', 'token_issued_in_future'],
  'The access token was revoked': ['token_revoked'],
  'This resource needs an access token that is bound to its sender': ['sender_constraint_required'],
  'The access token is bound to a key and needs a DPoP proof': ['bound_token_as_bearer'],
  'The access token is not bound to a DPoP key': ['dpop_token_unbound'],
  'The access token is bound to another DPoP key': ['dpop_binding_mismatch'],
  'The access token is bound to a client certificate': ['client_certificate_missing', 'client_certificate_mismatch'],
}

/** The bytes of an answer but for the time. */
function bytesOf({ raw }: RawResponse): string {
  return raw.replace(/^Date: .*\r\n/im, '')
}

/** Express and Fastify have headers of their own; an engine makes no difference. */
async function answersFor(token: string): Promise<readonly string[]> {
  const [express = '', fastify = '', ...others] = (await answersTo(bench, bearer(token))).map(bytesOf)
  expect(others).toEqual([express, fastify])
  return [express, fastify]
}

test('a bad token is answered with one of ten texts, and each belongs to the codes that it must not tell apart', () => {
  const found: Record<string, DenialCode[]> = {}
  for (const [code, { error, text }] of Object.entries(DENIALS)) {
    if (error === 'invalid_token') found[text] = [...(found[text] ?? []), code as DenialCode]
  }
  expect(found).toEqual(TEXTS)
})

test('whatever is wrong with a forged token, the answers are the same to the byte (RFC 6750 section 3.1)', async () => {
  await expectAccepted(bench, (await bench.honest()).token)
  const answers = new Map<string, Set<string>>()
  for (const [name, { code, notOverHttp }] of VERDICTS) {
    if (notOverHttp || code === 'authorization_malformed' || !existsForEs256(name)) continue
    const { text } = DENIALS[code]
    const known = answers.get(text) ?? new Set()
    for (const answer of await answersFor(await bench.issuer.forge(name, { scope: SCOPE }))) known.add(answer)
    answers.set(text, known)
  }
  const [common] = answers.get(NOT_VALID) ?? []
  expect(common).toContain('401 Unauthorized')
  const counts = Object.fromEntries([...answers].map(([text, different]) => [text, different.size]))
  expect(counts).toEqual({
    [NOT_VALID]: 2,
    'The access token is meant for another audience': 2,
    'The access token expired': 2,
    'The access token is not valid yet': 2,
    'The access token is bound to a client certificate': 2,
  })
})

function existsForEs256(name: ForgeryName): boolean {
  return forgeries[name].algorithms?.includes('ES256') !== false
}

describe('an answer does not tell whether a signature would hold', () => {
  const WRONG = { sign: () => Buffer.alloc(64, 1) }

  test.each([
    ['that is expired', { exp: 1 }],
    ['for another audience', { aud: 'https://other.example.com' }],
    ['without subject', { sub: undefined }],
    ['with a time that is none', { nbf: 'soon' }],
    ['with a binding that nobody knows', { cnf: { kid: 'x' } }],
  ])('a token %s is refused alike with a good and with a bad one', async (_name, claims) => {
    const honest = await bench.honest()
    await expectAccepted(bench, honest.token)
    const payload = { ...honest.claims, ...claims }
    expect(await answersFor(compact(honest, { payload, ...WRONG }))).toEqual(
      await answersFor(withClaims(claims)(honest)),
    )
  })

  test('a key id that is published, one that is not, and an issuer that is not trusted are answered alike', async () => {
    const honest = await bench.honest()
    await expectAccepted(bench, honest.token)
    const forged = [
      compact(honest, WRONG),
      compact(honest, { header: { ...honest.header, kid: 'key-2' }, ...WRONG }),
      compact(honest, { payload: { ...honest.claims, iss: 'https://other.example.com' }, ...WRONG }),
    ]
    const [published, ...others] = await Promise.all(forged.map(answersFor))
    for (const other of others) expect(other).toEqual(published)
  })
})
