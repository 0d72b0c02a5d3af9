import { setTimeout as sleep } from 'node:timers/promises'
import { Disturbances, paceFor } from './issuers/disturbances.ts'
import { WatchedIssuer } from './issuers/watched-issuer.ts'
import type { Measured, Ports, Resources } from './messages.ts'
import { Oracle } from './oracle/oracle.ts'
import { Pulse } from './oracle/pulse.ts'
import { Random } from './random.ts'
import type { SoakOptions } from './report/options.ts'
import type { Findings, Speed } from './report/report.ts'
import type { Sample } from './report/slope.ts'
import { READERS } from './rules.ts'
import { ServerProcess } from './server-process.ts'
import { Revocations } from './tokens/revocations.ts'
import { Tally } from './traffic/tally.ts'
import { Traffic } from './traffic/traffic.ts'
import { Workshop } from './traffic/workshop.ts'

/** What a run consists of. */
interface Bench {
  readonly issuers: readonly WatchedIssuer[]
  readonly server: ServerProcess
  readonly before: Resources
  readonly tally: Tally
  readonly traffic: Traffic
  readonly disturbances: Disturbances
}

interface Load {
  readonly seconds: number
  readonly heap: readonly Sample[]
  readonly external: readonly Sample[]
  readonly loaded: readonly Resources[]
}

/** One run: starts everything, sends traffic for the time, looks what is held, and closes everything. */
export async function soak(options: SoakOptions): Promise<Findings> {
  const pulse = new Pulse()
  const issuers = await Promise.all([
    WatchedIssuer.start('ES256', true, pulse),
    WatchedIssuer.start('RS256', false, pulse),
  ])
  const server = new ServerProcess()
  try {
    const bench = await Promise.race([setUp(options, issuers, server, pulse), server.death])
    const load = await Promise.race([loadFor(options.minutes * 60, bench), server.death])
    return await windUp(options, bench, load)
  } finally {
    server.kill()
    await Promise.all(issuers.map(issuer => issuer.stop()))
  }
}

async function setUp(
  { minutes, seed, mistakes }: SoakOptions,
  issuers: readonly WatchedIssuer[],
  server: ServerProcess,
  pulse: Pulse,
): Promise<Bench> {
  const { resources: before } = await server.ask({ kind: 'measure', collect: true })
  const settings = { issuers: issuers.map(({ trusted }) => trusted), mistakes }
  const ports: Ports = await server.ask({ kind: 'start', settings })
  const workshop = await Workshop.open(new Random(seed), issuers)
  const revocations = new Revocations(order => server.ask({ kind: 'revoke', order }))
  const tally = new Tally()
  const traffic = await Traffic.open(ports, workshop, new Oracle(revocations, pulse), tally)
  const disturbances = new Disturbances(workshop, new Random(seed + 1), revocations, paceFor(minutes * 60))
  return { issuers, server, before, tally, traffic, disturbances }
}

/** Ends early where too much is wrong. */
async function loadFor(seconds: number, bench: Bench): Promise<Load> {
  const { traffic, disturbances } = bench
  const begun = performance.now()
  const answered = traffic.run()
  const disturbed = disturbances.run()
  try {
    const samples = await Promise.race([sampleFor(seconds, bench, answered), failureOf(disturbed)])
    // Issuers first: one that is slow would keep requests waiting.
    disturbances.stop()
    await disturbed
    traffic.stop()
    await answered
    return { ...samples, seconds: (performance.now() - begun) / 1000 }
  } finally {
    disturbances.stop()
    traffic.stop()
  }
}

/** Never resolves: a disturbance that fails ends the run, one that is over does not. */
async function failureOf(work: Promise<void>): Promise<never> {
  await work
  return new Promise<never>(() => undefined)
}

/** Measures every now and then, until the time is over or the traffic is. */
async function sampleFor(seconds: number, { server }: Bench, traffic: Promise<void>): Promise<Omit<Load, 'seconds'>> {
  const begun = performance.now()
  const passed = (): number => (performance.now() - begun) / 1000
  const heap: Sample[] = []
  const external: Sample[] = []
  const loaded: Resources[] = []
  const ended = traffic.then(() => true)
  const pauseSeconds = Math.min(Math.max(seconds / 30, 1), 5)
  while (
    !(await Promise.race([ended, sleep(Math.min(pauseSeconds, seconds - passed()) * 1000, false, { ref: false })]))
  ) {
    if (passed() >= seconds) break
    const { resources } = await server.ask({ kind: 'measure', collect: true })
    heap.push({ seconds: passed(), value: resources.heapUsed })
    external.push({ seconds: passed(), value: resources.external })
    loaded.push(resources)
  }
  return { heap, external, loaded }
}

/** Looks at the server with its connections open and nothing to do, closes it, and sees whether it goes. */
async function windUp({ seed }: SoakOptions, bench: Bench, load: Load): Promise<Findings> {
  const { issuers, server, before, tally, traffic, disturbances } = bench
  const { seconds, heap, external, loaded } = load
  await Promise.all(issuers.map(issuer => issuer.stop()))
  const after = await measureIdle(server, traffic.connections)
  const openConnections = traffic.connections
  const closed = await server.ask({ kind: 'close' })
  const asked = performance.now()
  const exitedByItself = await server.hasExited()
  const secondsToExit = (performance.now() - asked) / 1000
  traffic.close()
  const logs = issuers.flatMap(issuer => READERS.map(reader => issuer.logOf(reader)))
  return {
    seed,
    seconds,
    speed: { express: speedOf(tally.latencies.express, seconds), fastify: speedOf(tally.latencies.fastify, seconds) },
    answers: Object.fromEntries([...tally.verdicts].map(([kind, verdicts]) => [kind, Object.fromEntries(verdicts)])),
    uncertain: Object.fromEntries(tally.uncertain),
    undecided: tally.undecided,
    wrong: tally.wrong,
    disturbed: disturbances.counts,
    keyFetches: logs.reduce((sum, { count }) => sum + count, 0),
    shortestFetchPauseMilliseconds: Math.min(...logs.map(({ shortestPause }) => shortestPause)),
    heap,
    external,
    resources: { before, loaded, after },
    openConnections,
    closed,
    exitedByItself,
    secondsToExit,
  }
}

const IDLE_TRIES = 20

/** Sockets to the issuers, which are gone now, take a moment to close. */
async function measureIdle(server: ServerProcess, connections: number): Promise<Measured> {
  for (let tries = 1; ; tries++) {
    const measured = await server.ask({ kind: 'measure', collect: true })
    const { TCPSocketWrap: sockets = 0, Timeout: timers = 0 } = measured.resources.active
    if ((sockets <= connections && timers === 0) || tries === IDLE_TRIES) return measured
    await sleep(100)
  }
}

function speedOf(latencies: Tally['latencies']['express'], seconds: number): Speed {
  const milliseconds = (percentile: number): number => latencies.percentile(percentile) / 1000
  return {
    requests: latencies.count,
    perSecond: latencies.count / seconds,
    p50Milliseconds: milliseconds(50),
    p99Milliseconds: milliseconds(99),
    longestMilliseconds: latencies.max / 1000,
  }
}
