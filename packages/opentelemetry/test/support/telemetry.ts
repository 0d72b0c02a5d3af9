import { type Attributes, context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { type DataPoint, type Histogram, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { onTestFinished } from 'vitest'
import { type InstrumentOptions, instrument } from '../../src/index.ts'

/** Reads when it is told to. */
class ReaderOnDemand extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

export interface Metric {
  readonly name: string
  readonly unit: string
  readonly isCounter: boolean
  readonly points: readonly DataPoint<number | Histogram>[]
}

/** A real SDK for one test. */
export interface Metering {
  readonly provider: MeterProvider
  readonly meter: NonNullable<InstrumentOptions['meter']>
  /** What an exporter would be given now. */
  metrics(): Promise<readonly Metric[]>
  /** The value of each attribute set of one metric; of a histogram, how often it was recorded. */
  values(name: string): Promise<readonly (readonly [Attributes, number])[]>
  /** The sum over the attribute sets that have these attributes. */
  sum(name: string, having?: Attributes): Promise<number>
}

export function createMetering(): Metering {
  const reader = new ReaderOnDemand()
  const provider = new MeterProvider({ readers: [reader] })
  const metrics = async (): Promise<readonly Metric[]> => {
    const { resourceMetrics } = await reader.collect()
    return resourceMetrics.scopeMetrics.flatMap(scope =>
      scope.metrics.map(({ descriptor, dataPoints, ...metric }) => ({
        name: descriptor.name,
        unit: descriptor.unit,
        isCounter: 'isMonotonic' in metric && metric.isMonotonic,
        points: dataPoints as readonly DataPoint<number | Histogram>[],
      })),
    )
  }
  const values: Metering['values'] = async name => {
    const points = (await metrics()).find(metric => metric.name === name)?.points ?? []
    return points.map(({ attributes, value }) => [attributes, typeof value === 'number' ? value : value.count])
  }
  const sum: Metering['sum'] = async (name, having = {}) => {
    const fits = (attributes: Attributes) => Object.entries(having).every(([key, value]) => attributes[key] === value)
    return (await values(name)).reduce((total, [attributes, value]) => total + (fits(attributes) ? value : 0), 0)
  }
  return { provider, meter: provider.getMeter('test'), metrics, values, sum }
}

/** `instrument()` on a meter of its own, until the test ends. */
export function instrumented(options: Omit<InstrumentOptions, 'meter'> = {}): Metering {
  const metering = createMetering()
  onTestFinished(instrument({ meter: metering.meter, ...options }))
  return metering
}

/** A real tracer until the test ends; the spans that have ended, oldest first. */
export function tracing(): { readonly spans: () => readonly ReadableSpan[] } {
  const exporter = new InMemorySpanExporter()
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }))
  onTestFinished(() => {
    trace.disable()
    context.disable()
  })
  return { spans: () => exporter.getFinishedSpans() }
}
