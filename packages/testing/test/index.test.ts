import { expect, test } from 'vitest'
import * as testing from '../src/index.ts'

test('exports these values and no others', () => {
  expect(Object.keys(testing).sort()).toEqual([
    'createAuthority',
    'createClientCertificate',
    'createDpopKey',
    'createTestIssuer',
    'faults',
    'forgedKeys',
    'forgeries',
    'forgeryNames',
    'honestProofNames',
    'honestProofs',
    'proofForgeries',
    'proofForgeryNames',
    'proofUnder',
    'testClock',
  ])
})
