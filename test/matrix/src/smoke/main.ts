/** What Bun and Deno run: reads the fixtures that the first argument names; prints its judgement, and who it is, as JSON. */
import { readFileSync } from 'node:fs'
import { type Fixtures, judge } from './judge.ts'

const fixtures: Fixtures = JSON.parse(readFileSync(String(process.argv[2]), 'utf8'))
console.log(JSON.stringify({ ...(await judge(fixtures, 'jose')), versions: process.versions }))
