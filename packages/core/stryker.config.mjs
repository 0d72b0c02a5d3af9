/** One stage at a time, by its own tests and those of the whole way: see `mutation.mjs`. */
const stage = process.env.MUTATED_STAGE ?? 'token'
const results = `node_modules/.cache/stryker/${stage}`

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'vitest.mutation.config.ts' },
  mutate: [`src/${stage}/**/*.ts`],
  concurrency: 2,
  incremental: true,
  incrementalFile: `${results}/incremental.json`,
  // Not in node_modules, where Vitest looks for no tests.
  tempDirName: '.stryker-tmp',
  jsonReporter: { fileName: `${results}/mutation.json` },
  reporters: ['json', 'progress-append-only'],
  // Stryker would rewrite it with an API that TypeScript 7 does not have; nothing here reads it.
  tsconfigFile: 'none',
  ignorePatterns: ['tsconfig.json'],
  timeoutMS: 20_000,
  // Mutants of what runs once, at import, need a process each. They are left out, and not counted.
  ignoreStatic: true,
}
