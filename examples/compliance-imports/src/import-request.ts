import { type CsvError, parse } from 'csv-parse/sync'

/** What is to be imported, however it was sent. */
export interface ImportRequest {
  readonly source: string
  readonly records: readonly Readonly<Record<string, unknown>>[]
}

/** JSON and CSV bodies both end here, so that an empty file is refused in either form. */
export const importSchema = {
  type: 'object',
  required: ['source', 'records'],
  additionalProperties: false,
  properties: {
    source: { type: 'string', minLength: 1, maxLength: 100 },
    records: { type: 'array', minItems: 1, maxItems: 50_000, items: { type: 'object' } },
  },
} as const

/** @throws CsvError with the status 400, which Fastify sends */
export function parseCsv(text: string): ImportRequest['records'] {
  try {
    return parse<Record<string, string>>(text, { columns: true, bom: true, trim: true, skip_empty_lines: true })
  } catch (error) {
    throw Object.assign(error as CsvError, { statusCode: 400 })
  }
}
