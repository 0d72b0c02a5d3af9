import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { context, type DiagLogger, DiagLogLevel, diag, type Meter, type Span, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { instrument } from '../../src/index.ts'
import { type Api, FRAMEWORKS, openFastify } from '../support/apis.ts'
import { createMetering } from '../support/telemetry.ts'

let issuer: TestIssuer

beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})
afterAll(() => issuer.stop())

/** What would end the process. */
function uncaught(): readonly unknown[] {
  const errors: unknown[] = []
  process.setUncaughtExceptionCaptureCallback(error => errors.push(error))
  onTestFinished(() => process.setUncaughtExceptionCaptureCallback(null))
  return errors
}

/** What OpenTelemetry would log. */
function told(): readonly unknown[][] {
  const lines: unknown[][] = []
  const error = (...values: unknown[]): void => void lines.push(values)
  const ignore = (): void => undefined
  useLogger({ error, warn: ignore, info: ignore, debug: ignore, verbose: ignore })
  return lines
}

function useLogger(logger: DiagLogger): void {
  diag.setLogger(logger, { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true })
  onTestFinished(() => diag.disable())
}

const broken = (): never => {
  throw new Error('broken')
}

/** Every method of everything that a meter makes throws. */
function brokenInstruments(): Meter {
  const { meter } = createMetering()
  const instrumentThatThrows = { add: broken, record: broken, addCallback: broken, removeCallback: broken }
  return Object.assign(Object.create(meter) as Meter, {
    createCounter: () => instrumentThatThrows,
    createHistogram: () => instrumentThatThrows,
  })
}

async function askAll(api: Api): Promise<readonly number[]> {
  const token = await issuer.token({ scope: 'orders:read' })
  const answers = [await api.ask(token), await api.ask(token), await api.ask(), await api.ask('x')]
  await nextTurn()
  return answers.map(({ status }) => status)
}

test('what a listener of a channel throws is an uncaught exception to Node: the danger is real', async () => {
  const errors = uncaught()
  subscribe('scopeward:granted', broken)
  onTestFinished(() => void unsubscribe('scopeward:granted', broken))
  const api = await openFastify(issuer.options)
  expect(await askAll(api)).toEqual([200, 200, 401, 401])
  expect(errors.length).toBe(2)
})

describe.each(FRAMEWORKS)('%s', (_name, open) => {
  test.each([
    ['whose instruments throw', brokenInstruments],
    [
      'that makes none',
      () => Object.assign(Object.create(createMetering().meter), { createHistogram: broken }) as Meter,
    ],
  ])('a meter %s fails no request, and is told of once for each kind of event', async (_what, meter) => {
    const errors = uncaught()
    const lines = told()
    onTestFinished(instrument({ meter: meter() }))
    expect(await askAll(await open(issuer.options))).toEqual([200, 200, 401, 401])
    expect(errors).toEqual([])
    expect(lines.map(([message]) => message)).toEqual(
      Array.from({ length: 3 }, () => '@scopeward/opentelemetry could not record an event'),
    )
    expect(lines[0]?.[1]).toMatchObject({ message: 'broken' })
  })

  test('a span that throws fails no request, and metrics go on', async () => {
    const errors = uncaught()
    const lines = told()
    const metering = createMetering()
    onTestFinished(instrument({ meter: metering.meter }))
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    onTestFinished(() => context.disable())
    const api = await open(issuer.options)
    const span = { isRecording: () => true, setAttributes: broken, end: () => undefined }
    trace.setGlobalTracerProvider({
      getTracer: () => ({
        startSpan: () => span as unknown as Span,
        startActiveSpan: (...values: unknown[]) => {
          const run = values.at(-1) as (span: Span) => unknown
          return context.with(trace.setSpan(context.active(), span as unknown as Span), () => run(span as never))
        },
      }),
    } as never)
    onTestFinished(() => trace.disable())
    expect(await askAll(api)).toEqual([200, 200, 401, 401])
    expect(errors).toEqual([])
    expect(lines.length).toBe(2)
    expect(await metering.sum('scopeward.requests')).toBe(4)
  })
})

test('nor does a logger that throws when it is told', async () => {
  const errors = uncaught()
  useLogger({ error: broken, warn: broken, info: broken, debug: broken, verbose: broken })
  onTestFinished(instrument({ meter: brokenInstruments() }))
  expect(await askAll(await openFastify(issuer.options))).toEqual([200, 200, 401, 401])
  expect(errors).toEqual([])
})
