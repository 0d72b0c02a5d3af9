export { instrument } from './instrument.ts'
export type { InstrumentOptions } from './options.ts'
export { type LoggedAccess, type LoggedDenial, type LoggedRequest, pinoSerializers } from './pino-serializers.ts'
