/** A mistake that somebody could make, which the fuzzing must find. It exists in a child process only, never on disk. */
export interface PlantedBug {
  /** On the command line. */
  readonly name: string
  /** The name of the target that must find it. */
  readonly target: string
  /** The compiled file, from the root of the repository: 'packages/core/dist/claims/token-target.js'. */
  readonly file: string
  /** Must occur exactly once in the file. */
  readonly find: string
  readonly replace: string
  /** What the bug would let through, in one sentence. */
  readonly why: string
}
