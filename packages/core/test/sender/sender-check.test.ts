import { createClientCertificate } from '@scopeward/testing'
import { describe, expect, test } from 'vitest'
import { parseOptions } from '../../src/options/parse-options.ts'
import type { PresentedToken } from '../../src/request/present-token.ts'
import type { SenderBinding } from '../../src/sender/sender-binding.ts'
import { SenderCheck } from '../../src/sender/sender-check.ts'
import { rejectionFrom } from '../support/refusals.ts'
import { clientKey, ORIGIN, peer, proofFor, sent } from '../support/senders.ts'
import { engineOf } from '../support/signatures.ts'
import { AUDIENCE, ISSUER, NOW, SCOPES } from '../support/tokens.ts'

const KEY = await clientKey()
const CERTIFICATE = createClientCertificate()
const OTHER = createClientCertificate()
const TOKEN = 'token'
const OPTIONS = { issuer: ISSUER, audience: AUDIENCE, scopes: SCOPES, clock: () => NOW * 1000 } as const
const ENGINE = engineOf('node')
const senders = new SenderCheck(parseOptions({ ...OPTIONS, dpop: 'accepted', publicOrigin: ORIGIN }), ENGINE)
const withoutDpop = new SenderCheck(parseOptions(OPTIONS), ENGINE)

const NOTHING = undefined
const TO_KEY: SenderBinding = { jkt: KEY.thumbprint, x5tS256: undefined }
const TO_CERTIFICATE: SenderBinding = { jkt: undefined, x5tS256: CERTIFICATE.thumbprint }
const TO_BOTH: SenderBinding = { jkt: KEY.thumbprint, x5tS256: CERTIFICATE.thumbprint }

interface Case {
  readonly scheme: PresentedToken['scheme']
  readonly proof?: boolean
  readonly certificate?: typeof CERTIFICATE
}

/** The code that the sender is refused with; `proven` where it is not. */
async function outcome(binding: SenderBinding | undefined, { scheme, proof, certificate }: Case, check = senders) {
  const proofs = proof ? [await KEY.proof(proofFor(TOKEN))] : []
  const request = sent({ token: TOKEN, scheme, proofs }, { socket: peer('192.0.2.1', certificate?.der) })
  try {
    expect(await check.require(binding, { scheme, token: TOKEN }, request)).toBeUndefined()
    return 'proven'
  } catch (error) {
    return (await rejectionFrom(() => Promise.reject(error))).code
  }
}

describe('what a token asks of its sender, by scheme and proof (RFC 9449 sections 7.1 and 7.2, RFC 8705 section 3)', () => {
  test.each<[string, SenderBinding | undefined, Case, string]>([
    ['bound to nothing, as a bearer token', NOTHING, { scheme: 'Bearer' }, 'proven'],
    [
      'bound to nothing, as a bearer token with a proof that nobody asked for',
      NOTHING,
      { scheme: 'Bearer', proof: true },
      'proven',
    ],
    ['bound to nothing, under DPoP', NOTHING, { scheme: 'DPoP', proof: true }, 'dpop_token_unbound'],
    ['bound to nothing, under DPoP without a proof', NOTHING, { scheme: 'DPoP' }, 'dpop_token_unbound'],
    ['bound to a key, with its proof', TO_KEY, { scheme: 'DPoP', proof: true }, 'proven'],
    ['bound to a key, without', TO_KEY, { scheme: 'DPoP' }, 'dpop_proof_missing'],
    ['bound to a key, as a bearer token', TO_KEY, { scheme: 'Bearer' }, 'bound_token_as_bearer'],
    [
      'bound to a key, as a bearer token with its proof: downgrade',
      TO_KEY,
      { scheme: 'Bearer', proof: true },
      'bound_token_as_bearer',
    ],
    ['bound to a certificate, with it', TO_CERTIFICATE, { scheme: 'Bearer', certificate: CERTIFICATE }, 'proven'],
    ['bound to a certificate, without', TO_CERTIFICATE, { scheme: 'Bearer' }, 'client_certificate_missing'],
    [
      'bound to a certificate, with another',
      TO_CERTIFICATE,
      { scheme: 'Bearer', certificate: OTHER },
      'client_certificate_mismatch',
    ],
    [
      'bound to a certificate, with a proof in its place',
      TO_CERTIFICATE,
      { scheme: 'Bearer', proof: true },
      'client_certificate_missing',
    ],
    [
      'bound to a certificate, under DPoP',
      TO_CERTIFICATE,
      { scheme: 'DPoP', proof: true, certificate: CERTIFICATE },
      'dpop_token_unbound',
    ],
    ['bound to both, with both', TO_BOTH, { scheme: 'DPoP', proof: true, certificate: CERTIFICATE }, 'proven'],
    ['bound to both, with the proof alone', TO_BOTH, { scheme: 'DPoP', proof: true }, 'client_certificate_missing'],
    [
      'bound to both, with the proof and another certificate',
      TO_BOTH,
      { scheme: 'DPoP', proof: true, certificate: OTHER },
      'client_certificate_mismatch',
    ],
    [
      'bound to both, with the certificate alone',
      TO_BOTH,
      { scheme: 'DPoP', certificate: CERTIFICATE },
      'dpop_proof_missing',
    ],
    [
      'bound to both, with the certificate as a bearer token',
      TO_BOTH,
      { scheme: 'Bearer', certificate: CERTIFICATE },
      'bound_token_as_bearer',
    ],
  ])('%s: %s', async (_name, binding, sentWith, code) => {
    expect(await outcome(binding, sentWith)).toBe(code)
  })

  test('where no proofs are checked, a token that is bound to a key cannot be used at all', async () => {
    expect(await outcome(TO_KEY, { scheme: 'DPoP', proof: true }, withoutDpop)).toBe('sender_constraint_unsupported')
    expect(await outcome(TO_KEY, { scheme: 'Bearer' }, withoutDpop)).toBe('bound_token_as_bearer')
    expect(await outcome(TO_CERTIFICATE, { scheme: 'Bearer', certificate: CERTIFICATE }, withoutDpop)).toBe('proven')
    expect(withoutDpop.nonce).toBeUndefined()
  })
})

test('a proof is not used up by a request whose certificate is wrong', async () => {
  const proof = await KEY.proof(proofFor(TOKEN))
  const request = (certificate?: typeof CERTIFICATE) =>
    sent({ token: TOKEN, proofs: [proof] }, { socket: peer('192.0.2.1', certificate?.der) })
  const credential: PresentedToken = { scheme: 'DPoP', token: TOKEN }
  expect((await rejectionFrom(() => senders.require(TO_BOTH, credential, request(OTHER)))).code).toBe(
    'client_certificate_mismatch',
  )
  expect(await senders.require(TO_BOTH, credential, request(CERTIFICATE))).toBeUndefined()
})

test('a request without anything to prove is answered without a promise', () => {
  const request = sent({ token: TOKEN, scheme: 'Bearer' }, { socket: peer('192.0.2.1', CERTIFICATE.der) })
  expect(senders.require(NOTHING, { scheme: 'Bearer', token: TOKEN }, request)).toBeUndefined()
  expect(senders.require(TO_CERTIFICATE, { scheme: 'Bearer', token: TOKEN }, request)).toBeUndefined()
})
