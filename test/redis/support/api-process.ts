import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { fileURLToPath } from 'node:url'
import type { RevocableToken, Revocation } from '@scopeward/core'

export interface ApiSettings {
  readonly redisUrl: string
  readonly issuer: string
  readonly publicOrigin: string
}

export interface ApiState {
  /** How many requests were denied, by code. */
  readonly denials: Readonly<Record<string, number>>
  readonly ageSeconds: number
  readonly problems: { readonly replayStore?: string; readonly revocation?: string }
}

export interface Answered {
  readonly status: number
  readonly challenge: string | undefined
  readonly retryAfter: string | undefined
}

/** An Express server with a guard, in a process of its own. */
export class ApiProcess {
  readonly #child: ChildProcess
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 })
  readonly #waiting = new Map<number, (answer: unknown) => void>()
  readonly #port: Promise<number>
  readonly #ended: Promise<never>
  #asked = 0

  constructor(settings: ApiSettings) {
    const script = fileURLToPath(new URL('api.mjs', import.meta.url))
    this.#child = fork(script, [JSON.stringify(settings)])
    this.#ended = once(this.#child, 'exit').then(([code]) => {
      throw new Error(`the API ended with ${code}`)
    })
    this.#ended.catch(() => undefined)
    this.#port = Promise.race([once(this.#child, 'message').then(([{ port }]) => port as number), this.#ended])
    this.#port.catch(() => undefined)
    this.#child.on('message', ({ id, answer }: { id: number; answer: unknown }) => {
      this.#waiting.get(id)?.(answer)
      this.#waiting.delete(id)
    })
  }

  async ready(): Promise<void> {
    await this.#port
    await this.#ask('ready')
  }

  /** Sets the clock ahead: what a test would have to wait for otherwise. */
  async advance(milliseconds: number): Promise<void> {
    await this.#ask('advance', milliseconds)
  }

  /** Resolves to the moment at which it was asked. */
  async revoke(revocation: Revocation): Promise<number> {
    return (await this.#ask('revoke', revocation)) as number
  }

  async revokedAt(token: RevocableToken): Promise<number> {
    return (await this.#ask('revokedAt', token)) as number
  }

  async state(): Promise<ApiState> {
    return (await this.#ask('state')) as ApiState
  }

  async get(headers: Record<string, string>): Promise<Answered> {
    const port = await this.#port
    return new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path: '/keys', headers, agent: this.#agent }, response => {
        const { statusCode = 0 } = response
        const { 'www-authenticate': challenge, 'retry-after': retryAfter } = response.headers
        response.resume().once('end', () => resolve({ status: statusCode, challenge, retryAfter }))
      })
      sent.once('error', reject).end()
    })
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit')
    this.#agent.destroy()
    if (!this.#child.connected) return
    this.#child.disconnect()
    await exited
  }

  #ask(question: string, value?: unknown): Promise<unknown> {
    const id = this.#asked++
    const answered = new Promise(resolve => {
      this.#waiting.set(id, resolve)
      this.#child.send({ id, question, value })
    })
    return Promise.race([answered, this.#ended])
  }
}
