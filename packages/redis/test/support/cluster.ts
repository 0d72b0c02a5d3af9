import { freePort, type RedisServer, startRedis } from './redis-server.ts'
import { until } from './until.ts'

const SLOTS = 16_384

export interface Cluster extends AsyncDisposable {
  /** With an even share of the slots each. */
  readonly masters: readonly RedisServer[]
  /** Of the first master. */
  readonly replica: RedisServer
}

export async function startCluster(masterCount: number): Promise<Cluster> {
  const nodes = await Promise.all(Array.from({ length: masterCount + 1 }, startNode))
  const stop = async () => {
    await Promise.all(nodes.map(({ server }) => server.stop()))
  }
  try {
    return { ...(await join(nodes)), [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The first becomes a replica of the second. */
async function join(nodes: readonly Node[]): Promise<Pick<Cluster, 'masters' | 'replica'>> {
  const masterCount = nodes.length - 1
  const [replica, first] = nodes.map(({ server }) => server) as [RedisServer, RedisServer]
  const masters = nodes.slice(1).map(({ server }) => server)
  for (const [n, node] of masters.entries()) {
    const to = Math.floor((SLOTS * (n + 1)) / masterCount) - 1
    await node.command('CLUSTER', 'ADDSLOTSRANGE', Math.floor((SLOTS * n) / masterCount), to)
  }
  for (const { server, busPort } of nodes) await first.command('CLUSTER', 'MEET', '127.0.0.1', server.port, busPort)
  await until(async () => (await Promise.all(nodes.map(isInCluster))).every(Boolean), 'the nodes know each other')
  await replica.command('CLUSTER', 'REPLICATE', String(await first.command('CLUSTER', 'MYID')))
  await until(async () => (await replica.info('replication', 'master_link_status')) === 'up', 'replicated')
  return { masters, replica }
}

interface Node {
  readonly server: RedisServer
  readonly busPort: number
}

async function startNode(): Promise<Node> {
  const busPort = await freePort()
  const settings = ['--cluster-enabled', 'yes', '--cluster-port', String(busPort), '--cluster-node-timeout', '1000']
  return { server: await startRedis(settings), busPort }
}

async function isInCluster({ server }: { readonly server: RedisServer }): Promise<boolean> {
  const nodes = String(await server.command('CLUSTER', 'NODES'))
    .trim()
    .split('\n')
  return String(await server.command('CLUSTER', 'INFO')).includes('cluster_state:ok') && nodes.length > 1
}
