/** Letters that change how their neighbours look, or cannot be seen: a client may call itself so to pass for another. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu

/** A name as it can be shown: what cannot be seen is spelled out. */
export function shown(name: string): string {
  if (name === '') return '(empty)'
  return name.replace(INVISIBLE, letter => `\\u{${(letter.codePointAt(0) ?? 0).toString(16)}}`)
}

const LONGEST_NAME = 200

/** One among others: what is longer than any name has to be is cut, so that it does not hide them. */
export function shownName(name: string): string {
  const text = shown(name)
  if (text.length <= LONGEST_NAME) return text
  return `${text.slice(0, 140)}…${text.slice(-40)} (${counted(name.length, 'character')})`
}

/** With a fixed locale: the page says the same on every screen. */
const GROUPED = new Intl.NumberFormat('en-US')

export function grouped(count: number): string {
  return GROUPED.format(count)
}

export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`
}

/** `2026-11-21 14:05 UTC`. */
export function timeOf(iso: string): string {
  return iso === '' ? 'unknown' : `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? '0 %' : `${Math.round((part / whole) * 100)} %`
}
