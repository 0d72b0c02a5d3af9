import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ApiServerMessage, ApiServerSettings } from './api-server.ts'
import type { Decision } from './decisions.ts'

export interface ApiProcess {
  readonly address: string
  stop(): Promise<void>
}

export interface ApiProcessListeners {
  readonly onDecision: (decision: Decision) => void
  /** It has ended without having been asked to. */
  readonly onEnd: (code: number | null) => void
}

/** Resolves when it listens. */
export async function startApiProcess(
  settings: ApiServerSettings,
  listeners: ApiProcessListeners,
): Promise<ApiProcess> {
  const child = fork(fileURLToPath(new URL('./api-server.js', import.meta.url)))
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
  child.send(settings)
  const address = await new Promise<string>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`An API process ended with ${code} before it listened.`)))
    child.on('message', (message: ApiServerMessage) => {
      if ('address' in message) resolve(message.address)
      else listeners.onDecision(message.decision)
    })
  })
  child.once('exit', listeners.onEnd)
  return {
    address,
    stop: async () => {
      child.off('exit', listeners.onEnd)
      await stop(child)
    },
  }
}

/** It ends when the connection to it does. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  if (child.connected) child.disconnect()
  const timer = setTimeout(() => child.kill('SIGKILL'), 3000)
  await exited
  clearTimeout(timer)
}
