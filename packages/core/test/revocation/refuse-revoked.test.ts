import { describe, expect, test } from 'vitest'
import type { RevocableToken, RevocationList } from '../../src/options/revocation-list.ts'
import { refuseRevoked } from '../../src/revocation/refuse-revoked.ts'
import { accessWith } from '../support/callers.ts'
import { rejectionOf } from '../support/refusals.ts'

const ACCESS = accessWith([])
const answering = (answer: unknown): RevocationList => ({ verdictOn: () => answer as never })

test('a token that was not revoked passes, and so does every one without a list', () => {
  expect(refuseRevoked(ACCESS, answering('not_revoked'))).toBeUndefined()
  expect(refuseRevoked(ACCESS, undefined)).toBeUndefined()
})

test('a revoked one is token_revoked', () => {
  expect(rejectionOf(() => refuseRevoked(ACCESS, answering('revoked')))).toMatchObject({
    code: 'token_revoked',
    retryAfterSeconds: undefined,
  })
})

test('the list is told about the token, and nothing that it could be used with', () => {
  const asked: RevocableToken[] = []
  const list: RevocationList = {
    verdictOn(token) {
      asked.push(token)
      return 'not_revoked'
    },
  }
  refuseRevoked(ACCESS, list)
  expect(asked).toEqual([ACCESS])
})

describe('whatever is not a clear answer lets nobody in: 503 (fail closed)', () => {
  test.each<[string, RevocationList]>([
    ['unknown', answering('unknown')],
    ['another word', answering('NOT_REVOKED')],
    ['nothing', answering(undefined)],
    ['null', answering(null)],
    ['true', answering(true)],
    ['false', answering(false)],
    ['a promise, which would have to be waited for', answering(Promise.resolve('not_revoked'))],
    ['a promise that rejects, which ends no process', { verdictOn: () => Promise.reject(new Error('down')) as never }],
    [
      'a throw',
      {
        verdictOn: () => {
          throw new Error('down')
        },
      },
    ],
  ])('%s', (_name, list) => {
    expect(rejectionOf(() => refuseRevoked(ACCESS, list))).toMatchObject({
      code: 'revocation_unavailable',
      retryAfterSeconds: 1,
    })
  })
})
