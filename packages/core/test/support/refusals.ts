import { ConfigurationError, type MisuseCode } from '../../src/errors/configuration-error.ts'
import type { DenialCode } from '../../src/errors/denials.ts'
import { Rejection, type RejectionDetail } from '../../src/errors/rejection.ts'

/** What `work` was refused with; fails where it was not refused, or where something else was thrown. */
export function rejectionOf(work: () => unknown): Rejection {
  try {
    work()
  } catch (error) {
    if (error instanceof Rejection) return error
    throw error
  }
  throw new Error('nothing was refused')
}

export async function rejectionFrom(work: () => unknown): Promise<Rejection> {
  try {
    await work()
  } catch (error) {
    if (error instanceof Rejection) return error
    throw error
  }
  throw new Error('nothing was refused')
}

/** Code and detail of a refusal, in a form to compare. */
export function refusalOf(work: () => unknown): { code: DenialCode; detail: RejectionDetail | undefined } {
  const { code, detail } = rejectionOf(work)
  return { code, detail }
}

/** Code and text of the developer's mistake that `work` was refused with. */
export function misuseOf(work: () => unknown): { code: MisuseCode; message: string } {
  try {
    work()
  } catch (error) {
    if (error instanceof ConfigurationError) return { code: error.code, message: error.message }
    throw error
  }
  throw new Error('nothing was refused')
}
