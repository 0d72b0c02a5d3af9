/**
 * Begins one request.
 * @returns whether it is answered already; where not, `done` is called as soon as it is
 */
export type Begin<T> = (request: T, done: () => void) => boolean

/**
 * Times requests one at a time, each in an event-loop turn of its own, as a server with one client sees them. Every side needs
 * these turns, so as many bare ones are timed right after them and taken off: a floor that spares them would be none that a
 * server can reach. What a side leaves to be done in a later turn stays counted.
 * @returns nanoseconds for all requests together
 */
export async function timeSerial<T>(requests: readonly T[], begin: Begin<T>): Promise<number> {
  const withTurns = await timeTurns(requests, begin)
  return withTurns - (await timeTurns(requests, beginNothing))
}

function beginNothing(): boolean {
  return true
}

function timeTurns<T>(requests: readonly T[], begin: Begin<T>): Promise<number> {
  return new Promise(resolve => {
    let next = 0
    const goOn = (): void => {
      setImmediate(turn)
    }
    const turn = (): void => {
      if (next === requests.length) resolve(Number(process.hrtime.bigint() - begun))
      else if (begin(requests[next++] as T, goOn)) goOn()
    }
    const begun = process.hrtime.bigint()
    turn()
  })
}
