import { CommandFailure } from './exit.ts'
import { printable } from './printable.ts'

const LOOPBACK = /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/

/** Whether a URL is http on this machine, which is allowed by itself here, for trying things out. */
export function isHttpOnLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && LOOPBACK.test(hostname)
}

export const LOOPBACK_NOTE: string =
  'http is allowed for this issuer because it is on this machine (allowHttpOnLoopback). In production use https.'

/** @throws CommandFailure where it is not an absolute URL, or http elsewhere than on this machine */
export function requireIssuerUrl(value: string, option: string): string {
  if (!URL.canParse(value)) {
    throw new CommandFailure(
      `${option}: ${printable(value)} is not an absolute URL, such as https://login.example.com.`,
    )
  }
  const { protocol, username, password } = new URL(value)
  if (username !== '' || password !== '') throw new CommandFailure(`${option}: a URL must not carry credentials.`)
  if (protocol === 'https:' || isHttpOnLoopback(value)) return value
  throw new CommandFailure(`${option}: ${printable(value)} must be https; http is for localhost and 127.0.0.1 only.`)
}
