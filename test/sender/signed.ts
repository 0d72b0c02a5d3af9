import type { TestKey } from '@scopeward/testing'
import { compact } from '../attacks/mint.ts'
import type { Holder } from './support.ts'

/** A proof with this as its header and claims, as text, really signed. */
export function signed({ key }: Holder, header: string, claims: string): string {
  const honest = { token: '', header: {}, claims: {}, key: key as unknown as TestKey }
  return compact(honest, { header, payload: claims })
}
