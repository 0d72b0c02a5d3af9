export type { UsageRecorderOptions } from './options.ts'
export type { RouteDenial, RouteOfUse, RouteUse, UsageRecord } from './record.ts'
export { createUsageRecorder, type LedgerRecorder, type UsageSnapshot } from './recorder/create-usage-recorder.ts'
export { type FileSinkOptions, fileSink } from './sinks/file-sink.ts'
export { openTelemetrySink, type UsageCounter, type UsageMeter } from './sinks/open-telemetry-sink.ts'
export type { UsageRedisClient } from './sinks/redis-connection.ts'
export { type ReadUsageOptions, type RedisSinkOptions, readUsage, redisSink } from './sinks/redis-sink.ts'
export type { UsageSink } from './sinks/usage-sink.ts'
export { mergeUsage, mergeUsageStream } from './summary/merge-usage.ts'
export { readUsageFile, streamUsageFile } from './summary/read-usage-file.ts'
export type {
  ClientUsage,
  RefusedUsage,
  RouteCaller,
  RouteUsage,
  UsageSummary,
} from './summary/usage-summary.ts'
