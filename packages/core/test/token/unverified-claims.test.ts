import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { UnverifiedPayload } from '../../src/token/unverified-claims.ts'

const payloadOf = (text: string) => new UnverifiedPayload(Buffer.from(text))

test('a claim can be peeked at, and one that is absent is undefined', () => {
  const payload = payloadOf('{"iss":"https://login.example.com","exp":null}')
  expect(payload.peek('iss')).toBe('https://login.example.com')
  expect(payload.peek('exp')).toBeNull()
  expect(payload.peek('aud')).toBeUndefined()
  expect(payload.isJsonObject()).toBe(true)
})

test('a claim is never taken from a prototype', () => {
  expect(payloadOf('{"__proto__":{"iss":"https://login.example.com"}}').peek('iss')).toBeUndefined()
})

test.each(['', '[]', 'null', '{"iss":"a","iss":"b"}', '{"exp":1e400}'])(
  'a payload that is not a strict JSON object has no claims: %j (RFC 7519 section 7.2)',
  text => {
    expect(payloadOf(text).isJsonObject()).toBe(false)
    expect(payloadOf(text).peek('iss')).toBeUndefined()
    expect(UnverifiedPayload.release(payloadOf(text))).toBeUndefined()
  },
)

test('what it holds shows neither in JSON nor in util.inspect', () => {
  const payload = payloadOf('{"iss":"canary"}')
  payload.peek('iss')
  expect(JSON.stringify(payload)).toBe('{}')
  expect(inspect(payload, { depth: null, showHidden: true })).not.toContain('canary')
})
