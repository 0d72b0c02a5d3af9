import type { DenialCode } from '@scopeward/core'
import type { TokenInput } from '@scopeward/testing'
import { CANARY, WITHHELD, type World } from './world.ts'

/** One of the four places where an API answers: a framework, and the path that an engine has its APIs at. */
export interface Target {
  readonly framework: 'express' | 'fastify'
  readonly engine: 'node' | 'jose'
  /** The last nonce that it handed out. */
  nonce: string | undefined
}

export function targets(): readonly Target[] {
  return (['express', 'fastify'] as const).flatMap(framework =>
    (['node', 'jose'] as const).map(engine => ({ framework, engine, nonce: undefined })),
  )
}

export type Lines = readonly string[]

/** A request, and what comes of it. `error`: the application's own, which is passed on. */
export interface Row {
  readonly code: DenialCode | 'granted' | 'error'
  readonly api: string
  readonly route: string
  lines(target: Target): Lines | Promise<Lines>
}

/** Name, and the credential. */
export function readLine(line: string): readonly [name: string, value: string] {
  const [name = '', value = ''] = line.split(': ')
  return [name, value]
}

export const bearer = (token: string): Lines => [`Authorization: Bearer ${token}`]

export function good({ issuer }: Pick<World, 'issuer'>, input: TokenInput = {}): Promise<string> {
  return issuer.token({ scope: 'items:read', ...input })
}

/** One that is refused for what it is. */
export function bad(world: World, { claims, ...input }: TokenInput = {}): Promise<string> {
  return good(world, { ...input, claims: { canary: CANARY, ...claims } })
}

/** One that is good, and yet gets nobody in. */
export function withheld(world: World, { claims, ...input }: TokenInput = {}): Promise<string> {
  return good(world, { ...input, claims: { withheld: WITHHELD, ...claims } })
}
