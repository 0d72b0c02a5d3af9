import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

/** What came over the wire, without what Node adds to every answer. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const ADDED_BY_NODE = ['date', 'connection', 'keep-alive']

export async function call(url: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(url, init)
  const headers = Object.fromEntries([...response.headers].filter(([name]) => !ADDED_BY_NODE.includes(name)))
  return { status: response.status, headers, body: await response.text() }
}

/** Sends header lines that `fetch` would not: twice, or malformed. */
export async function callRaw(origin: string, requestLine: string, headers: readonly string[] = []): Promise<Answer> {
  const { hostname, port, host } = new URL(origin)
  const socket = connect(Number(port), hostname)
  socket.write([requestLine, `Host: ${host}`, 'Connection: close', ...headers, '', ''].join('\r\n'), 'latin1')
  const [head = '', ...body] = (await text(socket)).split('\r\n\r\n')
  const [statusLine = '', ...lines] = head.split('\r\n')
  const entries = lines.map(line => {
    const [, name = '', value = ''] = /^([^:]*): (.*)$/.exec(line) ?? []
    return [name.toLowerCase(), value] as const
  })
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: Object.fromEntries(entries.filter(([name]) => !ADDED_BY_NODE.includes(name))),
    body: body.join('\r\n\r\n'),
  }
}
