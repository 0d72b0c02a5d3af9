import type { Algorithm } from '../shared/algorithms.ts'
import type { DecodedToken } from '../token/decode-token.ts'
import type { IssuerKeys, KeySetState, SignatureEngine, VerificationKey } from './verification-key.ts'

const NONE: readonly VerificationKey[] = []

/**
 * Secrets that the issuer and this API share. All of them are tried, whatever `kid` a token names: two, while one replaces
 * the other. They are part of the configuration, so none is ever fetched, and a withdrawn one is gone with the restart.
 */
export class SecretKeys implements IssuerKeys {
  readonly #byAlgorithm: ReadonlyMap<string, readonly VerificationKey[]>

  constructor(secrets: readonly Uint8Array[], algorithms: ReadonlyMap<string, Algorithm>, engine: SignatureEngine) {
    const keysFor = (algorithm: Algorithm): readonly VerificationKey[] =>
      secrets.map((secret, index) => ({
        kid: undefined,
        algorithm,
        imported: engine.importSecret(secret, algorithm),
        identity: `${algorithm.name} secret ${index}`,
      }))
    this.#byAlgorithm = new Map([...algorithms].map(([name, algorithm]) => [name, keysFor(algorithm)]))
  }

  isCurrent(): boolean {
    return true
  }

  select({ algorithm }: DecodedToken): readonly VerificationKey[] {
    return this.#byAlgorithm.get(algorithm.name) ?? NONE
  }

  selectReplacements(): readonly VerificationKey[] {
    return NONE
  }

  async warm(): Promise<KeySetState> {
    return { keySet: 'none' }
  }
}
