import { createClient } from 'redis'
import { createRevocationList, type RedisRevocationList, type RevocationListOptions } from '../../src/index.ts'
import type { RedisServer } from './redis-server.ts'

export function listAt(server: RedisServer, options: RevocationListOptions = {}): RedisRevocationList {
  return createRevocationList(createClient({ url: server.url }), options)
}

export async function readyList(
  server: RedisServer,
  options: RevocationListOptions = {},
): Promise<RedisRevocationList> {
  const list = listAt(server, options)
  await list.ready()
  return list
}
