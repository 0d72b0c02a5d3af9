import { randomBytes } from 'node:crypto'
import { exchange, type RawResponse, requestText, send, valuesOf } from '../../support/raw-http.ts'
import { ApiProcess } from './api-process.ts'
import { bearer, good, type Lines, type Row, readLine, type Target, targets } from './row.ts'
import { rowsOf } from './rows.ts'
import { Secrets } from './secrets.ts'
import { createWorld, privateNumberOf, type World } from './world.ts'

export interface Answered {
  readonly row: Row
  readonly target: Target
  readonly answer: RawResponse
}

/** All that the APIs gave away while they had every kind of request, and what their memory held then. */
export interface Emitted {
  readonly world: World
  readonly answered: readonly Answered[]
  /** Of each target to more requests at once than it can check. */
  readonly flooded: readonly string[]
  /** On standard output and standard error. */
  readonly printed: string
  /** Every string that was in memory when all was answered and all garbage collected. */
  readonly strings: string
  /** Parts of requests that may not be among them. */
  readonly unkept: Secrets
  /** A credential that a careless handler prints and keeps. */
  readonly planted: string
}

let emitted: Promise<Emitted> | undefined

/** Once for all tests of a file. */
export function allEmitted(): Promise<Emitted> {
  emitted ??= askEverything()
  return emitted
}

/** More than fit the queue of one, in one packet, so that they come in one turn of the event loop. */
const FLOOD = 6

/** What a parser or a connection still holds is the last request's. */
const REQUESTS_AFTER = 30

async function askEverything(): Promise<Emitted> {
  const world = await createWorld()
  const unkept = new Secrets()
  unkept.addText('private key in a proof', privateNumberOf(world.key.privateKey))
  const planted = randomBytes(32).toString('base64url')
  const apis = await ApiProcess.start(world.settings)
  const answered: Answered[] = []
  const flooded: string[] = []
  const all = targets()
  for (const row of rowsOf(world)) {
    for (const target of all) {
      const lines = await row.lines(target)
      for (const line of lines) remember(line, row, world.secrets, unkept)
      answered.push({ row, target, answer: await ask(apis, row, target, lines) })
    }
  }
  for (const target of all) flooded.push(await flood(apis, world, target))
  for (const port of Object.values(apis.ports)) {
    await send(port, { path: '/full/node/careless', headers: bearer(planted) })
    for (let i = 0; i < REQUESTS_AFTER; i++) await send(port, { path: '/full/node/nowhere' })
  }
  const strings = await apis.strings()
  return { world, answered, flooded, printed: await apis.stop(), strings, unkept, planted }
}

async function ask({ ports }: ApiProcess, row: Row, target: Target, headers: Lines): Promise<RawResponse> {
  const base = `/${row.api}/${target.engine}`
  const answer = await send(ports[target.framework], { path: `${base}/${row.route}`, headers })
  const [nonce] = valuesOf(answer, 'dpop-nonce')
  if (nonce !== undefined) target.nonce = nonce
  const [line = '', ...others] = headers
  // What came as a bearer token alone can also come by another way than HTTP, and end as an exception.
  const isBearer = others.length === 0 && line.startsWith('Authorization: Bearer ')
  const isVerified = isBearer && target.framework === 'express' && !isGoodElsewhere(row)
  if (isVerified) await send(ports.express, { path: `${base}/verify`, headers })
  return answer
}

/** The token itself is accepted, and what a handler makes of its claims is not the library's matter. */
function isGoodElsewhere({ code }: Row): boolean {
  return code.startsWith('insufficient_') || code === 'sender_constraint_required'
}

/** A certificate is no secret. */
function remember(line: string, { code, api }: Row, secrets: Secrets, unkept: Secrets): void {
  const [name, value] = readLine(line)
  if (name === 'Client-Cert') return
  const about = `${name} of ${code} at ${api}`
  secrets.addText(about, value)
  for (const word of value.split(/[ ,"]+/)) addWithoutHeader(unkept, about, word)
}

/**
 * Tokens of one key, and proofs of one client, share their header, which is remembered as public keys are. What follows a
 * private key in it is not.
 */
function addWithoutHeader(secrets: Secrets, about: string, token: string): void {
  const [first = '', ...others] = token.split('.')
  const privatePart = Buffer.from(first, 'base64url').indexOf('"d":')
  const ofHeader = privatePart === -1 ? '' : first.slice(Math.ceil((privatePart * 4) / 3))
  for (const part of [others.length > 0 ? ofHeader : first, ...others]) secrets.addText(about, part)
}

/** @returns all answers */
async function flood({ ports }: ApiProcess, { secrets, ...world }: World, target: Target): Promise<string> {
  const tokens = await Promise.all(Array.from({ length: FLOOD }, () => good(world)))
  for (const token of tokens) secrets.addText('token of a flood', token)
  const requests = tokens.map(token => requestText({ path: `/queue/${target.engine}/guarded`, headers: bearer(token) }))
  const others = requests.slice(1).map(request => request.replace('Connection: close\r\n', ''))
  return exchange(ports[target.framework], [...others, requests[0]].join(''))
}
