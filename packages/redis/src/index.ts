export type { RedisEvent } from './connection.ts'
export type { ConnectionOptions } from './options.ts'
export type { RedisClient, RedisScripting, ScriptArguments } from './redis-client.ts'
export { RedisUnavailable } from './redis-unavailable.ts'
export { createReplayStore, type RedisReplayStore, type ReplayStoreOptions } from './replay/create-replay-store.ts'
export {
  createRevocationList,
  type RedisRevocationList,
  type RevocationListOptions,
} from './revocation/create-revocation-list.ts'
