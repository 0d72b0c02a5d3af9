import { recordingFetch, type SeenAnswer } from './recording-fetch.ts'

const TIMEOUT_MILLISECONDS = 5000

/** What came back, or why nothing did. */
export type FetchedJson =
  | { readonly answer: SeenAnswer; readonly failure?: undefined }
  | { readonly failure: string; readonly answer?: undefined }

/** One request with a deadline; redirects are told and not followed. Never rejects. */
export async function fetchJson(url: string, request: RequestInit = {}): Promise<FetchedJson> {
  const { fetch, answers } = recordingFetch()
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MILLISECONDS)
    await fetch(url, { redirect: 'manual', headers: { accept: 'application/json' }, ...request, signal })
    const [answer] = answers
    return answer === undefined ? { failure: 'no answer' } : { answer }
  } catch (error) {
    return { failure: reasonOf(error) }
  }
}

function reasonOf(error: unknown): string {
  const { name, cause } = error as { readonly name?: string; readonly cause?: { readonly code?: unknown } }
  if (name === 'TimeoutError') return `no complete answer within ${TIMEOUT_MILLISECONDS / 1000} s`
  const code = cause?.code
  return typeof code === 'string' ? (PLAIN_REASONS.get(code) ?? code) : 'network error'
}

const PLAIN_REASONS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nothing listens there (ECONNREFUSED)'],
  ['ENOTFOUND', 'there is no such host (ENOTFOUND)'],
  ['EAI_AGAIN', 'the host name cannot be resolved now (EAI_AGAIN)'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its TLS certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT)'],
  [
    'SELF_SIGNED_CERT_IN_CHAIN',
    'its TLS certificate is of an authority that is not known here (SELF_SIGNED_CERT_IN_CHAIN)',
  ],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its TLS certificate cannot be verified (UNABLE_TO_VERIFY_LEAF_SIGNATURE)'],
  ['CERT_HAS_EXPIRED', 'its TLS certificate has expired (CERT_HAS_EXPIRED)'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its TLS certificate is for another host (ERR_TLS_CERT_ALTNAME_INVALID)'],
])
