// Prints of a value whatever a logger, a serialiser or a debugger could show of it: the more, the better the search.
import { subscribe } from 'node:diagnostics_channel'
import { inspect } from 'node:util'

const EVERYTHING = { depth: null, showHidden: true, getters: true, maxStringLength: null, maxArrayLength: null }

export function tell(kind, value) {
  const causes = []
  for (let error = value; error instanceof Error; error = error.cause) causes.push(error.stack, error.message)
  const shown = [inspect(value, EVERYTHING), JSON.stringify(value), String(value), ...causes]
  process.stdout.write(`${kind} ${shown.join('\n')}\n`)
}

/** Every channel of the library; a test compares this list with the source. */
const CHANNELS = ['scopeward:granted', 'scopeward:denied', 'scopeward:key-set', 'scopeward:redis']

/** Each event also stands as JSON on a line of its own. */
export function tellEvents() {
  for (const name of CHANNELS) {
    subscribe(name, event => {
      tell(name, event)
      process.stdout.write(`EVENT ${name} ${JSON.stringify(event)}\n`)
    })
  }
}
