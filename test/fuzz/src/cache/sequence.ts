import type { ResourceRequest, Revocation } from '@scopeward/core'
import type { Tally } from '../tally.ts'
import { type Command, type Scheme, TOKEN_KINDS, type TokenKind } from './commands.ts'
import { MemoryIssuer } from './memory-issuer.ts'
import { AUDIENCE, damaged, type MintedToken, mint } from './mint.ts'
import type { Parties } from './parties.ts'
import type { Settings } from './settings.ts'
import { checked, type Told, verified } from './told.ts'
import { type Api, INTROSPECTION_CACHE_SECONDS, TwoServers } from './two-servers.ts'

const PATH = '/v1/controls/7'

/** Carries out commands, and counts what was seen. */
export class Sequence {
  readonly #servers: TwoServers
  readonly #parties: Parties
  readonly #tally: Tally
  readonly #kinds: TokenKind[] = [...TOKEN_KINDS]
  /** Made when they are first used, in the place of their kind. */
  readonly #tokens = new Map<number, MintedToken>()
  /** By token and number, so that some are sent twice. */
  readonly #proofs = new Map<string, string>()
  /** When the latest request was, by a clock that also goes back. */
  #latest = 0

  constructor(parties: Parties, settings: Settings, tally: Tally) {
    this.#servers = new TwoServers(new MemoryIssuer(parties.pool, settings.keySetMaxAgeSeconds), settings)
    this.#parties = parties
    this.#tally = tally
  }

  stop(): void {
    this.#servers.stop()
  }

  /** @throws Error where the two servers differ */
  async obey(command: Command): Promise<void> {
    const { clock, issuer } = this.#servers
    switch (command.kind) {
      case 'send': {
        const requests = command.tokens.map(index => this.#request(index, 'Bearer'))
        return this.#ask(command.kind, api => requests.map(request => checked(api, request, command.route)))
      }
      case 'verify': {
        const texts = command.tokens.map(index => this.#token(index).text)
        return this.#ask(command.kind, api => texts.map(text => verified(api, text)))
      }
      case 'prove': {
        const request = this.#request(command.token, command.scheme, await this.#proof(command.token, command.proof))
        return this.#ask(command.kind, api => [checked(api, request, command.route)])
      }
      case 'clock':
        return clock.advance({ seconds: command.advanceSeconds })
      case 'mint':
        this.#kinds.push(command.as)
        return
      case 'keys':
        return issuer.changeKeys(command.change)
      case 'fault':
        issuer.fault = command.fault
        return
      case 'revoke':
        return this.#servers.revocation.revoke(this.#revocation(command))
      case 'revoke at the issuer':
        return this.#revokeAtIssuer(this.#token(command.token))
    }
  }

  async #ask(kind: Command['kind'], ask: (api: Api) => readonly Promise<Told>[]): Promise<void> {
    this.#latest = Math.max(this.#latest, this.#servers.clock())
    for (const { code } of await this.#servers.ask(ask)) this.#tally.count(`${kind}: ${code}`)
  }

  /** An answer is believed for a while, so both are asked when that is over by every clock. Until then they may differ. */
  async #revokeAtIssuer({ kind, text }: MintedToken): Promise<void> {
    if (!kind.startsWith('opaque')) return
    const { clock, issuer } = this.#servers
    issuer.forget(text)
    clock.set(Math.max(clock(), this.#latest) + INTROSPECTION_CACHE_SECONDS * 1000)
    await this.#ask('revoke at the issuer', api => [verified(api, text)])
  }

  #revocation({ what, token, agoSeconds }: Extract<Command, { kind: 'revoke' }>): Revocation {
    const { claims } = this.#token(token)
    const issuedBefore = new Date(this.#servers.clock() - agoSeconds * 1000)
    switch (what) {
      case 'tokenId':
        return { tokenId: String(claims.jti) }
      case 'clientId':
        return { clientId: String(claims.client_id), issuedBefore }
      case 'subject':
        return { subject: String(claims.sub), issuedBefore }
      case 'issuedBefore':
        return { issuedBefore }
    }
  }

  #token(index: number): MintedToken {
    const place = index % this.#kinds.length
    const known = this.#tokens.get(place)
    if (known !== undefined) return known
    const minted = this.#make(this.#kinds[place] as TokenKind, place)
    this.#tokens.set(place, minted)
    return minted
  }

  #make(kind: TokenKind, place: number): MintedToken {
    if (kind === 'with a changed signature' || kind === 'with a changed payload') return damaged(this.#token(0), kind)
    const { clock, issuer } = this.#servers
    return mint(kind, place, clock() / 1000, issuer, this.#parties)
  }

  #request(index: number, scheme: Scheme, proof?: string): ResourceRequest {
    const proofs = proof === undefined ? [] : ['DPoP', proof]
    return { method: 'GET', url: PATH, headers: ['Authorization', `${scheme} ${this.#token(index).text}`, ...proofs] }
  }

  async #proof(index: number, number: number): Promise<string> {
    const { text } = this.#token(index)
    const name = `${number} ${text}`
    const known = this.#proofs.get(name)
    if (known !== undefined) return known
    const iat = Math.floor(this.#servers.clock() / 1000)
    const input = { method: 'GET', url: `${AUDIENCE}${PATH}`, accessToken: text, iat }
    const proof = await this.#parties.client.proof(input)
    this.#proofs.set(name, proof)
    return proof
  }
}
