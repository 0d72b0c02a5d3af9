/** A start-up must not hang with an issuer: orchestrators and frameworks give up after some ten seconds. */
export const LONGEST_WARM_UP_SECONDS = 3

/** What operators read when that time is over. */
export const STILL_WARMING_UP: string = `the issuer has not answered within ${LONGEST_WARM_UP_SECONDS} s`

/** What `work` comes to, or `otherwise` when the time is over first; `work` then goes on by itself. Leaves no timer behind. */
export async function withinSeconds<T>(seconds: number, work: T | Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<T>(resolve => {
    timer = setTimeout(() => resolve(otherwise), seconds * 1000)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
