import { styleText } from 'node:util'
import type { Session } from './session.ts'

export type Tone = 'good' | 'bad' | 'warning' | 'quiet' | 'strong'

const FORMATS = { good: 'green', bad: 'red', warning: 'yellow', quiet: 'dim', strong: 'bold' } as const

/** Colour, or none. */
export type Paint = (tone: Tone, text: string) => string

/** Colour on a terminal only, unless `NO_COLOR` is set. Everything is also said in words. */
export function paintFor({ stdout, env }: Pick<Session, 'stdout' | 'env'>): Paint {
  const isColoured = stdout.isTTY === true && (env.NO_COLOR ?? '') === ''
  // The stream was looked at here, in the same way for every Node that is supported.
  return (tone, text) => (isColoured ? styleText(FORMATS[tone], text, { validateStream: false }) : text)
}

/** Text of one column, filled up with spaces before it is coloured. */
export function column(paint: Paint, tone: Tone, text: string, width: number): string {
  return paint(tone, text.padEnd(width))
}
