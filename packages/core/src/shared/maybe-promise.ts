/** A value that is usually there at once and sometimes has to be waited for. A warm request never sees the promise. */
export type MaybePromise<T> = T | Promise<T>

/**
 * Whether a value has to be waited for. Asked by `then`, not by `instanceof`: where zone.js or Bluebird has replaced the
 * global `Promise`, what an async function returns is no instance of it, and would be taken for the value itself.
 */
export function isPending<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function'
}

/** Goes on with a value at once where it is there. */
export function andThen<T, R>(value: MaybePromise<T>, next: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return isPending(value) ? value.then(next) : next(value)
}
