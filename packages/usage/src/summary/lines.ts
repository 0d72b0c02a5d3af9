import { createReadStream } from 'node:fs'

/** Of one record: 5,000 routes take less than a tenth. What is longer is none, or of a recorder with a hundred times the usual limits. */
const MAX_CHARACTERS = 64 * 1024 * 1024

/** The lines of a file; `undefined` for one that is too long to be held. @throws Error where the file cannot be read */
export async function* linesOf(
  path: string,
  maxCharacters: number = MAX_CHARACTERS,
): AsyncGenerator<string | undefined> {
  let begun: string | undefined = ''
  for await (const chunk of createReadStream(path, 'utf8') as AsyncIterable<string>) {
    const [end = '', ...others] = chunk.split('\n')
    begun = joined(begun, end, maxCharacters)
    for (const line of others) {
      yield begun
      begun = line
    }
  }
  if (begun !== '') yield begun
}

/** Once too long, always too long. */
function joined(begun: string | undefined, more: string, maxCharacters: number): string | undefined {
  return begun === undefined || begun.length + more.length > maxCharacters ? undefined : begun + more
}
