import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { MemoryRevocationList } from '@scopeward/core'
import type { Answers, Observed, Ports, Question, Resources, RevocationOrder, ServerSettings } from '../messages.ts'
import { answerParent } from './answer-parent.ts'
import { startExpress } from './express-app.ts'
import { startFastify } from './fastify-app.ts'
import { Observer } from './observer.ts'
import { measureResources } from './resources.ts'
import { Settings } from './settings.ts'

/** Past this time after it has closed everything, the process should be gone. */
const PATIENCE_MILLISECONDS = 1500

const CLOSING_TRIES = 20

/** The process under test: both frameworks, and a door for the soak to look through. */
interface Running {
  readonly revocations: MemoryRevocationList
  readonly observer: Observer
  readonly express: Server
  readonly fastify: { readonly server: Server; close(): PromiseLike<unknown> }
}

const NOTHING: Observed = { events: {}, complaints: [] }

let running: Running | undefined

answerParent(async (question: Question): Promise<Answers[Question['kind']]> => {
  switch (question.kind) {
    case 'start':
      return start(question.settings)
    case 'revoke':
      return revoke(question.order)
    case 'measure':
      return { resources: measureResources(question.collect), observed: running?.observer.observed ?? NOTHING }
    case 'close':
      return close()
  }
})

async function start(given: ServerSettings): Promise<Ports> {
  const settings = new Settings(given)
  const observer = new Observer()
  const express = await startExpress(settings)
  const fastify = await startFastify(settings)
  running = { revocations: settings.revocations, observer, express, fastify }
  return { express: portOf(express), fastify: portOf(fastify.server) }
}

function revoke(order: RevocationOrder): true {
  const { revocations } = requireRunning()
  if ('tokenId' in order) revocations.revoke(order)
  else revocations.revoke({ ...order, issuedBefore: new Date(order.issuedBefore) })
  return true
}

/** As a service would on SIGTERM: no new connections, those that idle are closed, and the event loop runs empty. */
async function close(): Promise<Resources> {
  const { observer, express, fastify } = requireRunning()
  await Promise.all([new Promise(resolve => express.close(resolve)), fastify.close()])
  observer.stop()
  running = undefined
  setTimeout(() => {
    console.error(`The server is still there. What keeps it: ${process.getActiveResourcesInfo().join(', ')}`)
  }, PATIENCE_MILLISECONDS).unref()
  return measureClosed()
}

/** Sockets and servers that were closed are held for a few more turns of the event loop. */
async function measureClosed(): Promise<Resources> {
  for (let tries = 1; ; tries++) {
    const resources = measureResources(false)
    const { TCPSocketWrap: sockets = 0, TCPServerWrap: servers = 0 } = resources.active
    if (sockets + servers === 0 || tries === CLOSING_TRIES) return resources
    await sleep(50)
  }
}

function requireRunning(): Running {
  if (running === undefined) throw new Error('the server does not run')
  return running
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}
