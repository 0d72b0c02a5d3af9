import { CommandFailure } from './exit.ts'

/** @throws CommandFailure that says what the option accepts */
export function wholeNumber(text: string, option: string, from: number, to: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= from && value <= to) return value
  throw new CommandFailure(`${option} must be a whole number from ${from} to ${to}.`)
}
