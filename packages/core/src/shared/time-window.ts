/** Whether the time has come and is not over. A clock that steps back makes things old, never younger; NaN is never inside. */
export function isBetween(from: number, now: number, until: number): boolean {
  return now >= from && now < until
}
