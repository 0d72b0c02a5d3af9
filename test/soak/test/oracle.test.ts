import { expect, onTestFinished, test } from 'vitest'
import { WatchedIssuer } from '../src/issuers/watched-issuer.ts'
import { Oracle, type Period } from '../src/oracle/oracle.ts'
import { Pulse } from '../src/oracle/pulse.ts'
import type { Shot } from '../src/oracle/shot.ts'
import type { Answer } from '../src/oracle/wire.ts'
import { READER_HEADER, ROUTES, SENT_AT_HEADER } from '../src/rules.ts'
import { type Proof, ProofKey } from '../src/tokens/proof-key.ts'
import { Revocations } from '../src/tokens/revocations.ts'
import { altered, mint, renamed, type Token, type TokenPlan } from '../src/tokens/token.ts'

/** Past every window of uncertainty. */
const LATER_MILLISECONDS = 1500

const NOT_VALID = 'The access token is not valid'
const EXPIRED = refusal(401, 'invalid_token', 'The access token expired')
const REVOKED = refusal(401, 'invalid_token', 'The access token was revoked')
const INVALID = refusal(401, 'invalid_token', NOT_VALID)
const UNAVAILABLE: Answer = {
  status: 503,
  challenge: undefined,
  retryAfter: '1',
  body: '{"title":"Service Unavailable","status":503,"detail":"The access token cannot be checked right now"}',
}

function refusal(status: number, error: string, text: string): Answer {
  const challenge = `Bearer realm="https://api.example.com", error="${error}", error_description="${text}"`
  const body = JSON.stringify({ title: 'Unauthorized', status, detail: text, error })
  return { status, challenge, retryAfter: undefined, body }
}

function grantedTo({ issuer, clientId, subject, tokenId }: Token): Answer {
  const body = JSON.stringify({ issuer: issuer.server.issuer, clientId, subject, tokenId })
  return { status: 200, challenge: undefined, retryAfter: undefined, body }
}

async function createBench() {
  const pulse = new Pulse()
  const issuer = await WatchedIssuer.start('ES256', false, pulse)
  onTestFinished(() => issuer.stop())
  const orders: (() => void)[] = []
  const revocations = new Revocations(() => new Promise<void>(resolve => orders.push(resolve)))
  const oracle = new Oracle(revocations, pulse)
  /** As one of the resource servers would. */
  const fetchKeys = async (reader = 'fastify-bearer') => {
    const headers = { [READER_HEADER]: reader, [SENT_AT_HEADER]: String(Date.now()) }
    await fetch(issuer.server.jwksUri, { headers }).then(
      response => response.text(),
      () => undefined,
    )
  }
  await fetchKeys()
  await fetchKeys('fastify-dpop')
  const token = (plan: Partial<TokenPlan> = {}) =>
    mint({ issuer, clientId: 'client-1', lifeMilliseconds: 60_000, ...plan })
  const judge = (token: Token, answer: Answer, period: Period = after(LATER_MILLISECONDS), proof?: Proof) => {
    const route = proof === undefined ? ROUTES.read : ROUTES.proven
    const shot: Shot = {
      kind: 'tested',
      framework: 'fastify',
      route,
      headers: [],
      expected: { kind: 'token', token, proof },
    }
    return oracle.judge(shot, answer, period)
  }
  return { issuer, revocations, orders, fetchKeys, token, judge }
}

function after(milliseconds: number): Period {
  const from = Date.now() + milliseconds
  return { from, to: from + 5 }
}

test('a valid token is granted to the client that it names, and to no other', async () => {
  const { token, judge } = await createBench()
  const one = token()
  const other = token({ clientId: 'client-2' })
  expect(judge(one, grantedTo(one))).toEqual({ right: ['granted'], verdict: 'granted', complaint: undefined })
  expect(judge(one, grantedTo(other)).verdict).toBeUndefined()
  expect(judge(one, INVALID).verdict).toBeUndefined()
})

test('an expired token is refused; both answers are right only while it expires', async () => {
  const { token, judge } = await createBench()
  const tried = token({ lifeMilliseconds: 2000 })
  const end = tried.expires + 1000
  const verdictsAt = (from: number, to: number) =>
    [EXPIRED, grantedTo(tried)].map(answer => judge(tried, answer, { from, to }).verdict)
  expect(verdictsAt(end - 1000, end - 900)).toEqual([undefined, 'granted'])
  expect(verdictsAt(end - 20, end + 20)).toEqual(['token_expired', 'granted'])
  expect(verdictsAt(end + 10, end + 20)).toEqual(['token_expired', undefined])
})

test('a key counts from the fetch that has it on, and until the fetch that no longer has it', async () => {
  const { issuer, fetchKeys, token, judge } = await createBench()
  await issuer.server.rotateKeys({ keepOld: false })
  const tried = token()
  const verdicts = (of: Token) => [INVALID, grantedTo(of)].map(answer => judge(of, answer).verdict)
  expect(verdicts(tried)).toEqual(['key_unknown', undefined])
  const from = Date.now()
  await fetchKeys()
  expect(judge(tried, INVALID, { from, to: Date.now() }).right).toEqual(['key_unknown', 'granted'])
  expect(verdicts(tried)).toEqual([undefined, 'granted'])
  await issuer.server.rotateKeys({ keepOld: false })
  await fetchKeys()
  expect(verdicts(tried)).toEqual(['key_unknown', undefined])
})

test('once newer keys were seen in use, nothing is answered by the older ones', async () => {
  const { issuer, fetchKeys, token, judge } = await createBench()
  await issuer.server.rotateKeys({ keepOld: false })
  const tried = token()
  const from = Date.now()
  await fetchKeys()
  const meanwhile = { from, to: Date.now() }
  expect(judge(tried, INVALID, meanwhile).verdict).toBe('key_unknown')
  expect(judge(tried, grantedTo(tried), meanwhile).verdict).toBe('granted')
  expect(judge(tried, INVALID, { from: meanwhile.to, to: meanwhile.to + 5 }).verdict).toBeUndefined()
})

test('other key material under the same kid does not stand in for a key', async () => {
  const { issuer, fetchKeys, token, judge } = await createBench()
  const tried = token()
  await issuer.server.replaceKey()
  await fetchKeys()
  expect(judge(tried, grantedTo(tried)).verdict).toBeUndefined()
  expect(judge(tried, INVALID).verdict).toBe('signature_invalid')
})

test('a resource server that does not fetch keys although it should is noticed', async () => {
  const { fetchKeys, token, judge } = await createBench()
  const unknown = renamed(token(), 'nobody')
  const from = Date.now()
  await fetchKeys()
  expect(judge(unknown, INVALID, { from, to: Date.now() }).complaint).toBeUndefined()
  expect(judge(unknown, INVALID, after(10_000)).complaint).toMatch(/^the keys were fetched last/)
})

test('while keys cannot be fetched a key that is not known is 503, and what is known goes on', async () => {
  const { issuer, fetchKeys, token, judge } = await createBench()
  const known = token()
  const unknown = renamed(known, 'nobody')
  expect([UNAVAILABLE, INVALID].map(answer => judge(unknown, answer).verdict)).toEqual([undefined, 'key_unknown'])
  issuer.setFault('down')
  await fetchKeys()
  const past = after(5000)
  expect([UNAVAILABLE, INVALID].map(answer => judge(unknown, answer, past).verdict)).toEqual([
    'keys_unavailable',
    undefined,
  ])
  expect([UNAVAILABLE, grantedTo(known)].map(answer => judge(known, answer, past).verdict)).toEqual([
    undefined,
    'granted',
  ])
  expect(judge(unknown, { ...UNAVAILABLE, retryAfter: undefined }, past).verdict).toBeUndefined()
})

test('an issuer that was slow answers with the keys of then, or ends what it had begun', async () => {
  for (const [fault, verdict] of [
    ['slow', 'granted'],
    ['slow-body', 'key_unknown'],
  ] as const) {
    const { issuer, fetchKeys, token, judge } = await createBench()
    issuer.setFault(fault)
    const asked = issuer.server.nextRequest('jwks')
    const fetched = fetchKeys()
    await asked
    await issuer.server.rotateKeys()
    issuer.setFault(undefined)
    await fetched
    // It may also have come too late for whoever asked.
    expect(judge(token(), INVALID, after(5000)).right.toSorted()).toEqual([verdict, 'keys_unavailable'].toSorted())
  }
})

test('a forged token is never granted, whatever is known', async () => {
  const { token, judge } = await createBench()
  const forged = altered(token(), { client_id: 'admin' })
  expect(judge(forged, grantedTo(forged)).verdict).toBeUndefined()
  expect(judge(forged, INVALID).verdict).toBe('signature_invalid')
})

test('a revocation holds from its answer on, for the tokens that it is about', async () => {
  const { revocations, orders, token, judge } = await createBench()
  const one = token()
  const other = token()
  const done = revocations.revokeToken(one)
  expect([REVOKED, grantedTo(one)].map(answer => judge(one, answer).verdict)).toEqual(['token_revoked', 'granted'])
  orders[0]?.()
  await done
  expect([REVOKED, grantedTo(one)].map(answer => judge(one, answer).verdict)).toEqual(['token_revoked', undefined])
  expect([REVOKED, grantedTo(other)].map(answer => judge(other, answer).verdict)).toEqual([undefined, 'granted'])
})

test('of all requests with one proof exactly one gets in', async () => {
  const { token, judge } = await createBench()
  const key = await ProofKey.create()
  const bound = token({ boundTo: key })
  const used: Answer = {
    ...refusal(401, 'invalid_dpop_proof', 'The DPoP proof is not valid'),
    challenge:
      'DPoP realm="https://api.example.com", error="invalid_dpop_proof", error_description="The DPoP proof is not valid", algs="ES256 Ed25519 PS256"',
  }
  const fire = (proof: Proof, answer: Answer, period: Period) => judge(bound, answer, period, proof)
  const first = after(LATER_MILLISECONDS)
  const second = { from: first.to + 1, to: first.to + 5 }
  const twice = (): Proof => {
    const proof = key.prove(ROUTES.proven.path, bound.text)
    proof.sentAt.push(first.from, second.from)
    return proof
  }

  const honest = twice()
  expect(fire(honest, grantedTo(bound), first).verdict).toBe('granted')
  expect(fire(honest, used, second)).toMatchObject({ verdict: 'dpop_proof_replayed', complaint: undefined })
  const replayed = twice()
  expect(fire(replayed, grantedTo(bound), first).verdict).toBe('granted')
  expect(fire(replayed, grantedTo(bound), second).verdict).toBeUndefined()
  const contested = twice()
  fire(contested, grantedTo(bound), { from: first.from, to: second.to })
  expect(fire(contested, grantedTo(bound), { from: first.from, to: second.to }).complaint).toBe(
    'a proof got in 2 times',
  )
  const lost = twice()
  fire(lost, used, { from: first.from, to: second.to })
  expect(fire(lost, used, { from: first.from, to: second.to }).complaint).toMatch(/^a proof was called used/)
})
