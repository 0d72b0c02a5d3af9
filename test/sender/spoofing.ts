import type { RawRequest } from '../support/raw-http.ts'

/** A0-ex 1.9.1, CVE-2026-3635: what has made servers build another URL than the one they serve. */
export const HOSTS = [
  'evil.example',
  'evil.example/guarded?',
  'a/b',
  'a?x',
  'a#x',
  'api.example.com:99999',
  'api.example.com:8443',
  'api.example.com:',
  'user@api.example.com',
  'evil.example@api.example.com',
  'api.example.com@evil.example',
  'api.example.com, evil.example',
  'evil.example,api.example.com',
  'api.example.com evil.example',
  'api.example.com\tevil.example',
  'api.example.com\\@evil.example',
  'api.example.com.',
  '.',
  '..',
  '[::1',
  '"api.example.com"',
  "evil', x='y",
  '%61pi.example.com',
  '\xe9vil.example',
  '127.0.0.1',
] as const

export function withHeaders(request: RawRequest, ...added: readonly string[]): RawRequest {
  return { ...request, headers: [...(request.headers ?? []), ...added] }
}

/** Every header by which a request, or a proxy, may say what was called. */
export const claiming = (host: string, proto = 'http'): readonly string[] => [
  `X-Forwarded-Host: ${host}`,
  `X-Forwarded-Proto: ${proto}`,
  `Forwarded: for=10.0.0.1;host="${host}";proto=${proto}`,
  `X-Forwarded-Server: ${host}`,
  `X-Host: ${host}`,
  `X-Original-Host: ${host}`,
  `X-Forwarded-Port: 99999`,
  'X-Forwarded-Prefix: /elsewhere',
  `X-Forwarded-Path: /elsewhere`,
  'X-Original-URL: /elsewhere',
  'X-Rewrite-URL: /elsewhere',
]
