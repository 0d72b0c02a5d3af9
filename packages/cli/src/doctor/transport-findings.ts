import { isIP } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import { durationText } from '../shared/duration.ts'
import type { SeenAnswer } from '../shared/recording-fetch.ts'
import { type Finding, ok, warning } from './finding.ts'

const TIMEOUT_MILLISECONDS = 5000
const SOON_SECONDS = 14 * 86_400

/** Which TLS protects what the issuer says, and for how long its certificate lasts. */
export async function transportFinding(issuer: string): Promise<Finding> {
  const { protocol, hostname, port } = new URL(issuer)
  if (protocol !== 'https:') {
    return warning(
      'transport',
      'http on this machine, without TLS',
      'For development only. In production the issuer must be reached by https.',
    )
  }
  const socket = await handshake(hostname.replace(/^\[|\]$/g, ''), port === '' ? 443 : Number(port))
  if (socket === undefined)
    return warning('transport', 'no TLS connection could be made to look at', 'See what is said about the metadata.')
  const version = socket.getProtocol() ?? 'TLS'
  const lastsSeconds = (Date.parse(socket.getPeerCertificate().valid_to) - Date.now()) / 1000
  socket.destroy()
  const text = `${version}, and the certificate is valid for another ${durationText(lastsSeconds)}`
  if (lastsSeconds < SOON_SECONDS)
    return warning('transport', text, 'Once it has expired, no key can be fetched. Have it renewed.')
  return ok('transport', text)
}

function handshake(host: string, port: number): Promise<TLSSocket | undefined> {
  return new Promise(resolve => {
    // An address is no server name (RFC 6066 section 3).
    const name = isIP(host) === 0 ? { servername: host } : {}
    const socket = connect({ host, port, ...name, timeout: TIMEOUT_MILLISECONDS }, () => resolve(socket))
    const end = (): void => {
      socket.destroy()
      resolve(undefined)
    }
    socket.once('timeout', end)
    socket.once('error', end)
  })
}

/** Of the default of `clockToleranceSeconds`. */
const TOLERANCE_SECONDS = 5

export function clockFinding(answers: readonly SeenAnswer[]): Finding {
  const ahead = answers.find(({ clockAheadSeconds }) => clockAheadSeconds !== undefined)?.clockAheadSeconds
  if (ahead === undefined) return ok('clock', 'the issuer does not tell its time (no Date header)')
  if (Math.abs(ahead) < 2) return ok('clock', 'no difference that could be measured')
  const text = `the clock of the issuer is ${durationText(ahead)} ${ahead > 0 ? 'ahead' : 'behind'}`
  if (Math.abs(ahead) <= TOLERANCE_SECONDS) return ok('clock', `${text}, which is tolerated`)
  return warning(
    'clock',
    text,
    'New tokens may be refused as not valid yet, or old ones live longer. Set the clock of this machine, or of the issuer, by NTP.',
  )
}
