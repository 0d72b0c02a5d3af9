/** The parts of an `htu` that has neither query nor fragment. */
export interface Target {
  readonly scheme: string
  readonly host: string
  readonly port: string | undefined
  /** With its first slash; empty where the URL has none. */
  readonly path: string
}

const TARGET = /^(?<scheme>[^:/]+):\/\/(?<host>\[[^\]/]*\]|[^:/]*)(?::(?<port>\d*))?(?<path>\/.*)?$/

/** @throws TypeError where the URL of the draft is not like `https://host/path` */
export function splitTarget(htu: unknown): Target {
  const { scheme, host, port, path = '' } = TARGET.exec(String(htu))?.groups ?? {}
  if (scheme !== undefined && host !== undefined) return { scheme, host, port, path }
  throw new TypeError('proof: for this name, url must be like "https://api.example.com/v1/controls"')
}

export function joinTarget({ scheme, host, port, path }: Target): string {
  return `${scheme}://${host}${port === undefined ? '' : `:${port}`}${path}`
}
