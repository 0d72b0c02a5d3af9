import { hash } from 'node:crypto'
import type { Algorithm } from '../shared/algorithms.ts'
import { judgeKey } from './judge-key.ts'
import type { IgnoredKey, PublicJwk, PublishedKey } from './public-jwk.ts'
import type { SignatureEngine, VerificationKey } from './verification-key.ts'

/** The usable keys of one published key set. Immutable: a refresh makes a new ring. */
export interface KeyRing {
  readonly keys: readonly VerificationKey[]
  readonly ignored: readonly IgnoredKey[]
  /** Every key that fits: none, the one, or several where the issuer left it open. The same array each time. */
  find(algorithm: Algorithm, kid: string | undefined): readonly VerificationKey[]
}

/**
 * Imports what is usable of a key set and leaves the rest aside, each with its reason (RFC 7517 section 5). Keys that
 * `previous` already holds are taken over as the same objects, so a refresh neither imports them again nor disturbs the
 * tokens verified with them.
 */
export async function createKeyRing(
  jwks: readonly Readonly<Record<string, unknown>>[],
  algorithms: ReadonlyMap<string, Algorithm>,
  engine: SignatureEngine,
  previous: KeyRing | undefined,
  issuer: string,
): Promise<KeyRing> {
  const known = new Map([...(previous?.keys ?? [])].map(key => [key.identity, key]))
  const keys = new Map<string, VerificationKey>()
  const ignored: IgnoredKey[] = []
  for (const published of jwks) {
    const read = judgeKey(published, issuer, algorithms)
    if ('ignored' in read) {
      ignored.push(read)
      continue
    }
    try {
      for (const key of await importFor(read, engine, known)) keys.set(key.identity, key)
    } catch {
      ignored.push({ kid: read.kid, ignored: 'its key material is invalid' })
    }
  }
  return new Ring([...keys.values()], ignored)
}

function importFor(
  { kid, jwk, algorithms }: PublishedKey,
  engine: SignatureEngine,
  known: ReadonlyMap<string, VerificationKey>,
): Promise<readonly VerificationKey[]> {
  return Promise.all(
    algorithms.map(async algorithm => {
      const identity = identityOf(algorithm, kid, jwk)
      return known.get(identity) ?? { kid, algorithm, identity, imported: await engine.importKey(jwk, algorithm) }
    }),
  )
}

/** 32 characters instead of the key material once more. */
function identityOf({ name }: Algorithm, kid: string | undefined, { kty, crv, x, y, n, e }: PublicJwk): string {
  return hash('sha256', JSON.stringify([name, kid ?? null, kty, crv, x, y, n, e]), 'binary')
}

const NONE: readonly VerificationKey[] = []
const NOTHING: readonly IgnoredKey[] = []

/** Keys that one algorithm and one `kid`, or the lack of any, may mean. */
interface Candidates {
  readonly algorithm: Algorithm
  readonly kid: string | undefined
  readonly keys: VerificationKey[]
}

/** A list and no maps: most rings hold one key, and with ten thousand tenants three maps in each would be most of it all. */
class Ring implements KeyRing {
  readonly keys: readonly VerificationKey[]
  readonly ignored: readonly IgnoredKey[]
  readonly #candidates: readonly Candidates[]

  constructor(keys: readonly VerificationKey[], ignored: readonly IgnoredKey[]) {
    const found: Candidates[] = []
    for (const key of keys) {
      addTo(found, key, undefined)
      if (key.kid !== undefined) addTo(found, key, key.kid)
    }
    // Copies take as much room as they need; an array that grew has kept room for more.
    this.keys = keys.slice()
    this.ignored = ignored.length === 0 ? NOTHING : ignored
    this.#candidates = found.slice()
  }

  find(algorithm: Algorithm, kid: string | undefined): readonly VerificationKey[] {
    return findIn(this.#candidates, algorithm, kid)?.keys ?? NONE
  }
}

function findIn(
  candidates: readonly Candidates[],
  algorithm: Algorithm,
  kid: string | undefined,
): Candidates | undefined {
  return candidates.find(entry => entry.algorithm === algorithm && entry.kid === kid)
}

function addTo(candidates: Candidates[], key: VerificationKey, kid: string | undefined): void {
  const found = findIn(candidates, key.algorithm, kid)
  if (found === undefined) candidates.push({ algorithm: key.algorithm, kid, keys: [key] })
  else found.keys.push(key)
}
