import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { onTestFinished } from 'vitest'

/** Passes every byte on, later. Ends with the test. */
export interface DelayingProxy {
  readonly port: number
  /** How much later, from the next byte on. */
  delayMilliseconds: number
}

export async function openDelayingProxy(targetPort: number): Promise<DelayingProxy> {
  const proxy = { port: 0, delayMilliseconds: 0 }
  const sockets = new Set<Socket>()
  const server = createServer(inner => {
    const outer = connect(targetPort, '127.0.0.1')
    join(inner, outer, () => 0, sockets)
    join(outer, inner, () => proxy.delayMilliseconds, sockets)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  proxy.port = (server.address() as AddressInfo).port
  return proxy
}

/** A broken connection breaks the other at once. */
function join(from: Socket, to: Socket, delayMilliseconds: () => number, sockets: Set<Socket>): void {
  sockets.add(from)
  const pass = (chunk: Buffer) => void (to.destroyed || to.write(chunk))
  let passed = Promise.resolve()
  from.on('data', chunk => {
    const due = performance.now() + delayMilliseconds()
    passed = passed.then(async () => {
      const left = due - performance.now()
      if (left > 0) await pause(left)
      pass(chunk) // after those before it, also where the delay has become less
    })
  })
  from.on('error', () => undefined)
  from.once('close', () => {
    sockets.delete(from)
    to.destroy()
  })
}
