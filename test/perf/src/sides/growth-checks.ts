import type { Guard, ResourceRequest, ResourceServer } from '@scopeward/core'
import type { Side } from '../measure/side.ts'
import { requestWith } from './request-with.ts'

/** As many strings are made at once as on the other warm sides: see `timePasses`. */
const CHECKS_IN_PASS = 50
const PASSES = 320
const LONGEST_HEADER = 1000
const ADMITTED_AT_ONCE = 1000

/** One check of a token that the server of this guard has verified. */
export interface DrawnCheck {
  readonly guard: Guard
  readonly token: string
}

/** Verifies the tokens, so that the server remembers them, and keeps none. @throws where one is refused */
export async function admit(server: Pick<ResourceServer<string>, 'verify'>, tokens: Iterable<string>): Promise<void> {
  let underWay: Promise<unknown>[] = []
  for (const token of tokens) {
    underWay.push(server.verify(token))
    if (underWay.length < ADMITTED_AT_ONCE) continue
    await Promise.all(underWay)
    underWay = []
  }
  await Promise.all(underWay)
}

/**
 * Measures warm checks. What is drawn, fresh strings and requests are made off the clock. What is drawn waits as bytes of one
 * buffer: as many objects would keep the garbage collector busy while the clock runs. @param draw at random
 */
export function sideOfChecks(draw: () => DrawnCheck): Side {
  const headers = new HeaderStore(PASSES * CHECKS_IN_PASS)
  return {
    measure: async () => {
      const guards = Array.from({ length: headers.size }, (_, index) => {
        const { guard, token } = draw()
        headers.write(index, `Bearer ${token}`)
        return guard
      })
      let nanoseconds = 0
      for (let start = 0; start < headers.size; start += CHECKS_IN_PASS) nanoseconds += timePass(guards, headers, start)
      return nanoseconds / headers.size
    },
  }
}

function timePass(guards: readonly Guard[], headers: HeaderStore, start: number): number {
  const requests = Array.from({ length: CHECKS_IN_PASS }, (_, index) => requestWith(headers.fresh(start + index)))
  const begun = process.hrtime.bigint()
  for (let index = 0; index < requests.length; index++) {
    checkWarm(guards[start + index] as Guard, requests[index] as ResourceRequest)
  }
  return Number(process.hrtime.bigint() - begun)
}

/** Headers of less than a kilobyte each, as bytes. */
class HeaderStore {
  readonly size: number
  readonly #bytes: Buffer
  readonly #lengths: Uint16Array

  constructor(size: number) {
    this.size = size
    this.#bytes = Buffer.alloc(size * LONGEST_HEADER)
    this.#lengths = new Uint16Array(size)
  }

  write(index: number, header: string): void {
    if (header.length > LONGEST_HEADER) throw new Error(`A header of ${header.length} bytes is too long for the store.`)
    this.#lengths[index] = this.#bytes.write(header, index * LONGEST_HEADER, 'latin1')
  }

  /** A new string, as an HTTP parser makes it: see `freshStrings`. */
  fresh(index: number): string {
    const start = index * LONGEST_HEADER
    return this.#bytes.toString('latin1', start, start + (this.#lengths[index] as number))
  }
}

/** @throws where the request is not granted at once */
export function checkWarm(guard: Guard, request: ResourceRequest): void {
  const outcome = guard.check(request)
  if (!('granted' in outcome && outcome.granted)) throw new Error('A token that was verified has to be waited for.')
}

export function drawFrom<T>(values: readonly T[]): T {
  return values[drawBelow(values.length)] as T
}

export function drawBelow(end: number): number {
  return Math.floor(Math.random() * end)
}
