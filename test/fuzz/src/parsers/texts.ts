import fc from 'fast-check'

/** What headers are made of, the characters that mean something far more often than others. */
export const headerText: fc.Arbitrary<string> = fc.string({
  unit: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...'ABZabz019') },
    { weight: 4, arbitrary: fc.constantFrom(...' \t.-_~+/=:;,"\\%') },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }).map(code => String.fromCharCode(code)) },
  ),
  maxLength: 40,
})

/** Any text at all, lone surrogates included. */
export const anyText: fc.Arbitrary<string> = fc.oneof(headerText, fc.string({ unit: 'binary', maxLength: 30 }))

export type Change = (text: string) => string

/** One to three changes to a text that is right. */
export const changes: fc.Arbitrary<Change> = fc
  .array(fc.oneof(changeAt(headerText), fc.constantFrom<Change>(...wholeChanges())), { minLength: 1, maxLength: 3 })
  .map(all => text => all.reduce((changed, each) => each(changed), text))

function changeAt(inserted: fc.Arbitrary<string>): fc.Arbitrary<Change> {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  return fc
    .tuple(share, fc.nat(12), fc.oneof(inserted, fc.constantFrom('', '', 'same again')))
    .map(([at, length, by]) => text => {
      const start = Math.floor(at * text.length)
      const cut = text.slice(start, start + length)
      return text.slice(0, start) + (by === 'same again' ? cut + cut : by) + text.slice(start + length)
    })
}

function wholeChanges(): readonly Change[] {
  return [
    text => text.toUpperCase(),
    text => text.toLowerCase(),
    text => ` ${text}\t`,
    text => `${text}, ${text}`,
    text => `${text}${text}`,
    text => `"${text}"`,
    text => encodeURIComponent(text.toWellFormed()),
    text => Buffer.from(text).toString('base64url'),
    text => text.split('.').reverse().join('.'),
    text => `${text}=`,
  ]
}

/** A right text, as it is or changed. */
export function changed(right: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(
    right,
    fc.tuple(right, changes).map(([text, change]) => change(text)),
  )
}
