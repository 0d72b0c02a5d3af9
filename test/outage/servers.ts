import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, onTestFinished } from 'vitest'
import { onEvent } from './support.ts'

/** For answers that the test issuer does not give. Ends with the test. @returns its origin */
export async function startServer(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Idle connections are closed after 4 seconds anyway, so that a longer wait would prove nothing. */
const MAX_WAIT_MILLISECONDS = 2000

/** The open connections of every server in this process; Node tells of each one that is accepted. */
export function watchServerSockets(): { readonly atMost: (count: number) => Promise<void> } {
  const open = new Set<Socket>()
  onEvent<{ socket: Socket }>('net.server.socket', ({ socket }) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  return {
    atMost: async count => {
      const start = performance.now()
      while (open.size > count) {
        expect(performance.now() - start, `${open.size} sockets open`).toBeLessThan(MAX_WAIT_MILLISECONDS)
        await nextTurn()
      }
    },
  }
}
