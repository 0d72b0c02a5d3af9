import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuthority } from '@scopeward/testing'
import { createClient, createCluster, createSentinel } from 'redis'
import { expect, test } from 'vitest'
import { createReplayStore, createRevocationList, type RedisClient } from '../src/index.ts'
import { startCluster } from './support/cluster.ts'
import { hasBeenInUse } from './support/memory.ts'
import { newProof } from './support/proofs.ts'
import { freePort, launch, type RedisServer, startRedis } from './support/redis-server.ts'
import { tokenOf } from './support/tokens.ts'
import { until } from './support/until.ts'

/** Two processes' worth: what one accepts or revokes, the other knows. */
async function expectToWorkWith(createTemplate: () => RedisClient, admin = createTemplate()): Promise<void> {
  await hasBeenInUse(admin)
  const stores = [createTemplate(), createTemplate()].map(client => createReplayStore(client))
  const lists = [createTemplate(), createTemplate()].map(client => createRevocationList(client))
  const [store, otherStore] = stores as [(typeof stores)[0], (typeof stores)[0]]
  const [list, otherList] = lists as [(typeof lists)[0], (typeof lists)[0]]
  await Promise.all([...stores, ...lists].map(part => part.ready()))
  const proofs = Array.from({ length: 100 }, () => newProof())
  expect(await Promise.all(proofs.map(proof => store.remember(proof)))).toEqual(proofs.map(() => true))
  expect(await Promise.all(proofs.map(proof => otherStore.remember(proof)))).toEqual(proofs.map(() => false))
  expect(otherList.verdictOn(tokenOf())).toBe('not_revoked')
  await list.revoke({ tokenId: 'token-1' })
  await until(() => otherList.verdictOn(tokenOf()) === 'revoked', 'it has arrived', 2000)
  await Promise.all([...stores, ...lists].map(part => part.close()))
}

test.concurrent("TLS, with an authority of one's own and a client certificate", async () => {
  using home = temporaryFolder()
  const { folder } = home
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const authority = createAuthority('redis authority')
  const [own, client] = [authority.issue('redis'), authority.issue('api')]
  const ca = file('ca.pem', authority.certificate)
  const [cert, key] = [file('own.pem', own.certificate), file('own.key', own.privateKey)]
  const tls = { tls: true, ca: authority.certificate, cert: client.certificate, key: client.privateKey } as const
  await using redis = await startRedis(
    port => [
      '--port',
      '0',
      '--tls-port',
      String(port),
      '--tls-cert-file',
      cert,
      '--tls-key-file',
      key,
      '--tls-ca-cert-file',
      ca,
    ],
    { socket: tls },
  )
  const at = { host: '127.0.0.1', port: redis.port }
  await expectToWorkWith(() => createClient({ socket: { ...tls, ...at } }))
  const stranger = createReplayStore(createClient({ socket: { tls: true, ...at } }))
  await until(() => stranger.problem?.includes('self-signed certificate') === true, 'it has tried')
  await stranger.close()
})

test.concurrent('a user with the rights that the README names, and no others', async () => {
  await using redis = await startRedis(['--requirepass', 'secret'], { password: 'secret' })
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const command = readme.split('\n').find(line => line.startsWith('ACL SETUSER scopeward'))
  await redis.command(...(command ?? '').split(' '))
  const options = { url: redis.url, username: 'scopeward', password: 'password' }
  await expectToWorkWith(() => createClient(options), createClient({ url: redis.url, password: 'secret' }))
})

test.concurrent('a client that speaks RESP 2', async () => {
  await using redis = await startRedis()
  await expectToWorkWith(() => createClient({ url: redis.url, RESP: 2 }))
})

test.concurrent('a client that maps replies to types of its own', async () => {
  await using redis = await startRedis()
  const commandOptions = { typeMapping: { 36: Buffer, 58: String } as never }
  await expectToWorkWith(() => createClient({ url: redis.url, commandOptions }))
})

test.concurrent('a cluster; and a replica promoted without the last writes accepts none of them a second time', async () => {
  await using cluster = await startCluster(3)
  const { masters, replica } = cluster
  const rootNodes = masters.map(({ url }) => ({ url }))
  await expectToWorkWith(() => createCluster({ rootNodes }))
  // The load is spread: every master has some of the proofs.
  for (const master of masters) expect(await master.command('KEYS', '*:proof:*')).not.toHaveLength(0)

  const store = createReplayStore(createCluster({ rootNodes }), { timeoutSeconds: 0.5 })
  const list = createRevocationList(createCluster({ rootNodes }))
  await Promise.all([store.ready(), list.ready()])
  replica.freeze()
  const proofs = Array.from({ length: 100 }, () => newProof())
  expect(await Promise.all(proofs.map(proof => store.remember(proof)))).toEqual(proofs.map(() => true))
  await masters[0]?.kill()
  replica.thaw()
  await until(() => promoted(replica), 'promoted')
  const retry = async () => {
    const answers = await Promise.all(proofs.map(proof => store.remember(proof).catch((error: Error) => error.message)))
    expect(answers).not.toContain(true)
    return answers.every(answer => answer === false || String(answer).includes('remembers proofs since'))
  }
  await until(retry, 'the cluster answers', 15_000)
  await hasBeenInUse(createCluster({ rootNodes }))
  await Promise.all([store.ready(), list.ready()])
  expect(await store.remember(newProof())).toBe(true)
  await list.revoke({ tokenId: 'after the failover' })
  expect(list.verdictOn(tokenOf())).toBe('revoked')
  await Promise.all([store.close(), list.close()])
})

async function promoted(replica: RedisServer): Promise<boolean> {
  if ((await replica.info('replication', 'role')) === 'master') return true
  return (await replica.command('CLUSTER', 'FAILOVER', 'TAKEOVER').catch(() => undefined)) === 'never'
}

test.concurrent('a cluster that goes while its client subscribes anew does not end the process', async () => {
  await using cluster = await startCluster(1)
  const { masters, replica } = cluster
  const template = createCluster({ rootNodes: masters.map(({ url }) => ({ url })) })
  await hasBeenInUse(template)
  const duplicate = template.duplicate.bind(template)
  let used: ReturnType<typeof createCluster> | undefined
  template.duplicate = ((overrides: object) => {
    used = duplicate(overrides) as never
    return used
  }) as never
  const list = createRevocationList(template)
  await list.ready()
  await Promise.all([...masters, replica].map(node => node.kill()))
  const listeners = { buffers: new Set<never>(), strings: new Set([() => undefined]), unsubscribing: false }
  used?.resubscribeAllPubSubListeners({
    CHANNELS: new Map([['another', listeners]]),
    PATTERNS: new Map(),
    SHARDED: new Map(),
  })
  await until(() => list.problem !== undefined, 'the nodes are gone')
  await list.close() // Vitest fails where a rejection is not handled.
})

test.concurrent('sentinels; and after a failover that they made it goes on by itself', async () => {
  await using master = await startRedis()
  await using replica = await startRedis(['--replicaof', `127.0.0.1 ${master.port}`])
  await until(async () => (await replica.info('replication', 'master_link_status')) === 'up', 'replicated')
  await using sentinel = await startSentinel(master.port)
  const sentinelRootNodes = [{ host: '127.0.0.1', port: sentinel.port }]
  const createTemplate = () => createSentinel({ name: 'main', sentinelRootNodes })
  await expectToWorkWith(createTemplate)

  const store = createReplayStore(createTemplate())
  const list = createRevocationList(createTemplate())
  await Promise.all([store.ready(), list.ready()])
  const proof = newProof()
  expect(await store.remember(proof)).toBe(true)
  await until(() => sentinel.knowsReplica(), 'the sentinel has found the replica')
  await master.kill()
  await sentinel.failover()
  await until(() => store.problem?.includes('remembers proofs since') === true, 'it has found the new master', 15_000)
  await expect(
    store.remember(proof).then(
      () => 'refused',
      () => 'refused',
    ),
  ).resolves.toBe('refused')
  await hasBeenInUse(createTemplate())
  await Promise.all([store.ready(), list.ready()])
  expect(await store.remember(newProof())).toBe(true)
  await list.revoke({ tokenId: 'after the failover' })
  expect(list.verdictOn(tokenOf())).toBe('revoked')
  await Promise.all([store.close(), list.close()])
})

async function startSentinel(masterPort: number) {
  const port = await freePort()
  const home = temporaryFolder()
  const { folder } = home
  const file = join(folder, 'sentinel.conf')
  const settings = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor main 127.0.0.1 ${masterPort} 1`,
    'sentinel down-after-milliseconds main 500',
    'sentinel failover-timeout main 3000',
  ]
  writeFileSync(file, `${settings.join('\n')}\n`)
  const child = await launch([file, '--sentinel'], '+monitor master')
  const admin = createClient({ socket: { host: '127.0.0.1', port } })
  admin.on('error', () => undefined)
  await admin.connect()
  return {
    port,
    knowsReplica: async () => {
      const replicas = (await admin.sendCommand(['SENTINEL', 'REPLICAS', 'main'])) as unknown[]
      return replicas.length === 1
    },
    failover: async () => {
      await admin.sendCommand(['SENTINEL', 'FAILOVER', 'main']).catch(() => undefined)
    },
    [Symbol.asyncDispose]: async () => {
      admin.destroy()
      child.kill('SIGKILL')
      home[Symbol.dispose]()
    },
  }
}

function temporaryFolder(): { readonly folder: string } & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'scopeward-redis-'))
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}
