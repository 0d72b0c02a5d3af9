import type { InitializeHook, LoadHook } from 'node:module'
import type { PlantedBug } from './planted-bug.ts'
import { urlOf, withBug } from './source.ts'

/** Runs on the thread of the module loader, which has its own modules: so it is told about the bug by message. */
let bug: PlantedBug | undefined

export const initialize: InitializeHook<PlantedBug> = planted => {
  bug = planted
}

export const load: LoadHook = async (url, context, nextLoad) => {
  const loaded = await nextLoad(url, context)
  if (bug === undefined || url !== urlOf(bug)) return loaded
  return { ...loaded, source: withBug(String(loaded.source), bug) }
}
