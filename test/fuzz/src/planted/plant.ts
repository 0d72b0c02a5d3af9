import { register } from 'node:module'
import { PLANTED_BUGS } from './bugs.ts'

/** For `node --import`: from here on the process loads the product with the bug that the environment names. */
const name = process.env.FUZZ_PLANTED
const bug = PLANTED_BUGS.find(planted => planted.name === name)
if (bug === undefined) throw new Error(`There is no planted bug "${name}".`)
register('./hooks.js', import.meta.url, { data: bug })
