import type { WatchedIssuer } from '../issuers/watched-issuer.ts'
import type { Random } from '../random.ts'
import type { Scope } from '../rules.ts'
import { ProofKey } from '../tokens/proof-key.ts'
import { mint, type Token, type TokenPlan } from '../tokens/token.ts'
import { TokenPool } from '../tokens/token-pool.ts'

const MAX_TOKENS = 4000
const MAX_BOUND_TOKENS = 200
const MAX_REMNANTS = 200
const FIRST_TOKENS = 300
const FIRST_BOUND_TOKENS = 60
const CLIENTS = 150
const PROOF_KEYS = 20

/** Clients that act for themselves have their own name as subject (RFC 9068 section 2.2). */
const SERVICE_SHARE = 0.3
const WRITER_SHARE = 0.5

const SHORT_LIFE_SHARE = 0.25
const SHORT_LIFE_MILLISECONDS = [1000, 15_000] as const
const LONG_LIFE_MILLISECONDS = [120_000, 600_000] as const

/** Everything that requests are made of. */
export class Workshop {
  readonly random: Random
  readonly issuers: readonly WatchedIssuer[]
  readonly pool: TokenPool
  readonly boundPool: TokenPool
  /** Tokens that were good once. */
  readonly revoked: TokenPool
  readonly withdrawn: TokenPool
  readonly #proofKeys: readonly ProofKey[]

  private constructor(random: Random, issuers: readonly WatchedIssuer[], proofKeys: readonly ProofKey[]) {
    this.random = random
    this.issuers = issuers
    this.#proofKeys = proofKeys
    this.pool = new TokenPool(random, MAX_TOKENS)
    this.boundPool = new TokenPool(random, MAX_BOUND_TOKENS)
    this.revoked = new TokenPool(random, MAX_REMNANTS)
    this.withdrawn = new TokenPool(random, MAX_REMNANTS)
    for (let count = 0; count < FIRST_TOKENS; count++) this.addToken()
    for (let count = 0; count < FIRST_BOUND_TOKENS; count++) this.addBoundToken()
  }

  static async open(random: Random, issuers: readonly WatchedIssuer[]): Promise<Workshop> {
    const proofKeys = await Promise.all(Array.from({ length: PROOF_KEYS }, () => ProofKey.create()))
    return new Workshop(random, issuers, proofKeys)
  }

  addToken(): Token {
    const token = this.mint({})
    this.pool.add(token)
    return token
  }

  addBoundToken(): Token {
    const token = this.mint({ boundTo: this.random.pick(this.#proofKeys) })
    this.boundPool.add(token)
    return token
  }

  mint(plan: Partial<TokenPlan>): Token {
    const clientId = `client-${this.random.below(CLIENTS)}`
    const scopes: readonly Scope[] = this.random.isTrue(WRITER_SHARE) ? ['items:read', 'items:write'] : ['items:read']
    return mint({
      issuer: this.random.pick(this.issuers),
      clientId,
      ...(this.random.isTrue(SERVICE_SHARE) ? { subject: clientId } : {}),
      scopes,
      lifeMilliseconds: this.#life(),
      ...plan,
    })
  }

  otherProofKey(than: ProofKey | undefined): ProofKey {
    return this.random.pick(this.#proofKeys.filter(key => key !== than))
  }

  /** The tokens of a key that its issuer has just taken back. */
  putAside(isWithdrawn: (token: Token) => boolean): void {
    for (const token of this.pool.remove(isWithdrawn)) this.withdrawn.add(token)
    this.boundPool.remove(isWithdrawn)
    this.revoked.remove(isWithdrawn)
    if (this.boundPool.size === 0) this.addBoundToken()
    if (this.pool.size === 0) this.addToken()
  }

  putAsideRevoked(token: Token): void {
    this.pool.remove(each => each === token)
    this.revoked.add(token)
    if (this.pool.size === 0) this.addToken()
  }

  #life(): number {
    const [shortest, longest] = this.random.isTrue(SHORT_LIFE_SHARE) ? SHORT_LIFE_MILLISECONDS : LONG_LIFE_MILLISECONDS
    return Math.round(this.random.between(shortest, longest))
  }
}
