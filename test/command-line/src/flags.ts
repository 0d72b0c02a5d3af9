import { type ParseArgsConfig, parseArgs } from 'node:util'

/** Of all commands here: 1 is a finding, 2 a mistake of the caller. */
const USAGE = 2

/** The caller wrote something that does not exist; the message is one line and says what there is. */
export class UsageError extends Error {}

/** The exit code of a command that answers with its own, or throws UsageError. */
export async function exitCodeOf(command: () => Promise<number>): Promise<number> {
  try {
    return await command()
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(error.message)
    return USAGE
  }
}

type Known = NonNullable<ParseArgsConfig['options']>
type Values<Flags extends Known> = ReturnType<typeof parseArgs<{ options: Flags }>>['values']

/** @throws UsageError */
export function readFlags<Flags extends Known>(args: readonly string[], flags: Flags): Values<Flags> {
  try {
    return parseArgs({ args: [...args], options: flags }).values
  } catch (error) {
    const [what] = (error as Error).message.split(/\.\s/)
    throw new UsageError(`${what}. Options: --${Object.keys(flags).join(', --')}.`)
  }
}

/** @throws UsageError */
export function numberIn(flag: string, text: string, from: number, to: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (value >= from && value <= to) return value
  throw new UsageError(`--${flag} takes a number from ${from} to ${to}, not "${text}".`)
}

const MAX_SEED = 2 ** 32 - 1

/** @throws UsageError */
export function seedIn(flag: string, text: string): number {
  const value = numberIn(flag, text, 0, MAX_SEED)
  if (Number.isInteger(value)) return value
  throw new UsageError(`--${flag} takes a whole number, not "${text}".`)
}

/** @throws UsageError where one of the names between the commas is not known */
export function namesIn<Name extends string>(list: string, known: readonly Name[], what: string): readonly Name[] {
  return list.split(',').map(part => {
    const name = known.find(each => each === part.trim())
    if (name !== undefined) return name
    throw new UsageError(`There is no ${what} "${part.trim()}". There are: ${known.join(', ')}.`)
  })
}
