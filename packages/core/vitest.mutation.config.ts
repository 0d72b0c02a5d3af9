import { defineConfig } from 'vitest/config'

const stage = process.env.MUTATED_STAGE ?? 'token'

/** What a stage does for profiles, or over the time of several requests, these see. */
const FURTHER: Readonly<Record<string, readonly string[]>> = {
  claims: ['test/profiles/**/*.test.ts'],
  issuer: ['withdrawn-keys', 'flood', 'verify', 'observe'].map(name => `test/resource-server.${name}.test.ts`),
}

/** For Stryker alone. It runs instrumented code, which takes several times as long and as much memory. */
export default defineConfig({
  test: {
    include: [
      `test/${stage}/**/*.test.ts`,
      ...(FURTHER[stage] ?? []),
      'test/resource-server.test.ts',
      'test/resource-server.senders.test.ts',
    ],
    testNamePattern: /^(?!.*100,000 live proofs)/,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
