import { createResourceServer, type ResourceServerOptions } from '@scopeward/core'
import { createTestIssuer, type TestAlgorithm, type TestIssuer, type TokenInput, testClock } from '@scopeward/testing'
import { afterAll, beforeAll, expect } from 'vitest'
import { type Honest, honestToken } from '../attacks/mint.ts'

const SCOPES = { 'items:read': 'Read items' } as const

export type Options = ResourceServerOptions<keyof typeof SCOPES>

/** For what is no matter of HTTP: an issuer, and servers without a framework under both engines. */
export interface Rig {
  readonly issuer: TestIssuer
  honest(input?: TokenInput): Promise<Honest>
  options(changes?: Partial<Options>): Options
  /** `accepted`, or the code; the engines agree. */
  verdict(token: string, changes?: Partial<Options>): Promise<string>
}

export function useRig(algorithm: TestAlgorithm = 'ES256'): Rig {
  const clock = testClock()
  const rig = {
    honest: input => honestToken(rig.issuer, { scope: 'items:read', ...input }),
    options: changes => ({
      ...rig.issuer.options,
      audience: 'https://api.example.com',
      scopes: SCOPES,
      clockToleranceSeconds: 0,
      ...changes,
    }),
    verdict: (token, changes) => verdictOf(token, rig.options(changes)),
  } as { -readonly [Member in keyof Rig]: Rig[Member] }
  beforeAll(async () => {
    rig.issuer = await createTestIssuer({ algorithm, clock })
  })
  afterAll(() => rig.issuer.stop())
  return rig
}

async function verdictOf(token: string, options: Options): Promise<string> {
  const [node = '', jose] = await Promise.all(
    (['node', 'jose'] as const).map(signatureEngine =>
      createResourceServer({ ...options, signatureEngine })
        .verify(token)
        .then(
          () => 'accepted',
          ({ code }) => String(code),
        ),
    ),
  )
  expect(jose).toBe(node)
  return node
}
