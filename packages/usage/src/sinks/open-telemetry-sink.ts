import { invalid } from '../options.ts'
import type { RouteOfUse, UsageRecord } from '../record.ts'
import type { UsageSink } from './usage-sink.ts'

type Attributes = Record<string, string | string[]>

/** What is used of a counter of OpenTelemetry. */
export interface UsageCounter {
  add(value: number, attributes?: Attributes): void
}

/** What is used of a `Meter` of OpenTelemetry, so that this package need not depend on its API. */
export interface UsageMeter {
  createCounter(name: string, options?: { readonly description?: string; readonly unit?: string }): UsageCounter
}

/**
 * Adds to two counters, `scopeward.usage.requests` and `scopeward.usage.denied`, with issuer, client, method, route and
 * requirement as attributes. A series for each client and route: mind what your metrics store can take.
 * @throws ConfigurationError `option_invalid`
 */
export function openTelemetrySink(meter: UsageMeter): UsageSink {
  if (typeof meter?.createCounter !== 'function') throw invalid('meter', 'a Meter of OpenTelemetry', meter)
  const requests = meter.createCounter('scopeward.usage.requests', {
    unit: '{request}',
    description: 'Requests that were let through, by client, route and the granted scopes that they used.',
  })
  const denied = meter.createCounter('scopeward.usage.denied', {
    unit: '{request}',
    description: 'Requests that were refused, by client, route, code and the scopes that were missing.',
  })
  return Object.freeze({
    async write(records: readonly UsageRecord[]): Promise<void> {
      for (const record of records) {
        for (const use of record.routes) {
          requests.add(use.count, { ...attributesOf(record, use), 'scopeward.scopes.used': [...use.used] })
        }
        for (const denial of record.denied) {
          denied.add(denial.count, {
            ...attributesOf(record, denial),
            'error.type': denial.code,
            'scopeward.scopes.missing': [...denial.missing],
          })
        }
      }
    },
  })
}

function attributesOf({ issuer, clientId }: UsageRecord, { method, route, requirement }: RouteOfUse): Attributes {
  return {
    ...(issuer !== null && { 'scopeward.issuer': issuer }),
    ...(clientId !== null && { 'scopeward.client.id': clientId }),
    'http.request.method': method,
    ...(route !== null && { 'http.route': route }),
    'scopeward.requirement': requirement,
  }
}
