/** A promise that does not hold, with the smallest input that was found to break it. */
export class Finding extends Error {
  override readonly name = 'Finding'
  /** How many inputs kept the promise before. */
  readonly inputs: number
  /** When it was found. Making it small took longer. */
  readonly seconds: number
  /** With this seed the target comes across it soon. */
  readonly seed: number

  constructor(message: string, inputs: number, seconds: number, seed: number) {
    super(message)
    this.inputs = inputs
    this.seconds = seconds
    this.seed = seed
  }
}
