import { ConfigurationError } from '../errors/configuration-error.ts'
import { ALGORITHMS, type Algorithm, type AlgorithmName } from '../shared/algorithms.ts'
import { isJsonObject } from '../shared/json.ts'
import type { ReplayStore } from './replay-store.ts'
import { describe, numberOption, refuseUnknownNames } from './validate.ts'

/** How proofs of possession are checked. @see RFC 9449 */
export interface DpopOptions {
  /**
   * `accepted`: tokens that are bound to a key need a proof, others are bearer tokens as ever. `required`: every token must
   * be bound, and the scheme `Bearer` is not offered. A route that demands more says so with the requirement `dpop`.
   */
  readonly mode: 'accepted' | 'required'
  /** Signature algorithms of proofs, named in every challenge. Default: `['ES256', 'Ed25519', 'PS256']`. */
  readonly algorithms?: readonly AlgorithmName[]
  /**
   * How old a proof may be, to which `clockToleranceSeconds` is added; it may also be up to 10 seconds ahead. A proof is
   * remembered for as long. Without effect where `nonces` say when a proof was made. Unit: seconds, 5 to 3600. Default: 60.
   */
  readonly proofMaxAgeSeconds?: number
  /** Makes clients put a value of ours into every proof, so that none can be made in advance. Default: not asked for. */
  readonly nonces?: DpopNonceOptions
  /**
   * Where accepted proofs are remembered. Default: `createReplayStore()`, the memory of this process: with several
   * processes, a proof then works once in each. Take the one of `@scopeward/redis` there.
   */
  readonly replayStore?: ReplayStore
}

/** Nonces that every process with the same secret makes alike, without any state that they share. */
export interface DpopNonceOptions {
  /** One or two, at least 32 bytes each: the current one, and while it is being replaced the previous one. */
  readonly secrets: readonly (string | Uint8Array)[]
  /**
   * How often a new nonce is handed out; the one before it stays good, so proofs have to be remembered for up to twice as
   * long. Unit: seconds, 10 to 3600. Default: 300.
   */
  readonly rotateSeconds?: number
}

/** Parsed. `undefined` stands for off. */
export interface DpopRules {
  readonly mode: 'accepted' | 'required'
  readonly algorithms: ReadonlyMap<string, Algorithm>
  readonly proofMaxAgeSeconds: number
  readonly nonces: NonceRules | undefined
  readonly replayStore: ReplayStore | undefined
}

export interface NonceRules {
  readonly secrets: readonly Uint8Array[]
  readonly rotateSeconds: number
}

const KNOWN: Readonly<Record<keyof DpopOptions, true>> = {
  mode: true,
  algorithms: true,
  proofMaxAgeSeconds: true,
  nonces: true,
  replayStore: true,
}

const DEFAULT_PROOF_ALGORITHMS: readonly AlgorithmName[] = ['ES256', 'Ed25519', 'PS256']
const MIN_SECRET_BYTES = 32
const MAX_SECRETS = 2

/** @throws ConfigurationError `option_missing`, `option_unknown`, `option_invalid` */
export function parseDpop(option: unknown): DpopRules | undefined {
  if (option === undefined || option === 'off') return undefined
  const options = typeof option === 'string' ? { mode: option } : option
  if (!isJsonObject(options)) throw invalidMode('"dpop"', option)
  refuseUnknownNames(options, Object.keys(KNOWN), 'Option "dpop"')
  const { mode, algorithms, proofMaxAgeSeconds, nonces, replayStore } = options as {
    [Name in keyof DpopOptions]: unknown
  }
  if (mode !== 'accepted' && mode !== 'required') {
    throw invalidMode(typeof option === 'string' ? '"dpop"' : '"dpop.mode"', mode)
  }
  return Object.freeze({
    mode,
    algorithms: parseAlgorithms(algorithms),
    proofMaxAgeSeconds: numberOption('dpop.proofMaxAgeSeconds', proofMaxAgeSeconds, {
      from: 5,
      to: 3600,
      fallback: 60,
    }),
    nonces: parseNonces(nonces),
    replayStore: parseReplayStore(replayStore),
  })
}

function invalidMode(name: string, value: unknown): ConfigurationError {
  return new ConfigurationError(
    'option_invalid',
    `Option ${name} must be 'accepted' or 'required', not ${describe(value)}. Without DPoP leave "dpop" out, or write dpop: 'off'.`,
  )
}

function parseAlgorithms(names: unknown = DEFAULT_PROOF_ALGORITHMS): ReadonlyMap<string, Algorithm> {
  if (!Array.isArray(names) || names.length === 0 || ![...names].every(name => ALGORITHMS.has(name))) {
    throw new ConfigurationError(
      'option_invalid',
      `Option "dpop.algorithms" must be a non-empty array of ${[...ALGORITHMS.keys()].join(', ')}.`,
    )
  }
  return new Map(names.map(name => [name, ALGORITHMS.get(name) as Algorithm]))
}

function parseNonces(nonces: unknown): NonceRules | undefined {
  if (nonces === undefined) return undefined
  const known: Readonly<Record<keyof DpopNonceOptions, true>> = { secrets: true, rotateSeconds: true }
  if (!isJsonObject(nonces)) {
    throw new ConfigurationError('option_invalid', 'Option "dpop.nonces" must be an object: { secrets: [current] }.')
  }
  refuseUnknownNames(nonces, Object.keys(known), 'Option "dpop.nonces"')
  const { secrets, rotateSeconds } = nonces as { [Name in keyof DpopNonceOptions]: unknown }
  if (!Array.isArray(secrets) || secrets.length === 0 || secrets.length > MAX_SECRETS) {
    throw new ConfigurationError(
      secrets === undefined ? 'option_missing' : 'option_invalid',
      `Option "dpop.nonces.secrets" must be an array of one or ${MAX_SECRETS} secrets, the current one first.`,
    )
  }
  return Object.freeze({
    secrets: Object.freeze([...secrets].map(parseSecret)),
    rotateSeconds: numberOption('dpop.nonces.rotateSeconds', rotateSeconds, { from: 10, to: 3600, fallback: 300 }),
  })
}

/** What is wrong is said without the secret: messages end up in logs. */
function parseSecret(secret: unknown, index: number): Uint8Array {
  const isSecret = typeof secret === 'string' || secret instanceof Uint8Array
  const bytes = isSecret ? Buffer.from(secret as Uint8Array) : undefined
  if (bytes !== undefined && bytes.length >= MIN_SECRET_BYTES && new Set(bytes).size > 1) return bytes
  throw new ConfigurationError(
    'option_invalid',
    `Option "dpop.nonces.secrets[${index}]" must be random text or bytes, at least ${MIN_SECRET_BYTES} of them. Make one: openssl rand -base64 32`,
  )
}

function parseReplayStore(store: unknown): ReplayStore | undefined {
  if (store === undefined) return undefined
  if (typeof (store as ReplayStore | null)?.remember === 'function') return store as ReplayStore
  throw new ConfigurationError(
    'option_invalid',
    'Option "dpop.replayStore" must have a method remember(proof). Take createReplayStore() of @scopeward/redis.',
  )
}
