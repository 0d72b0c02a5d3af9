import type { JWK } from 'jose'
import { readFixtures } from '../tokens/fixtures.ts'
import { KeyServer } from './key-server.ts'
import { LoadGenerator } from './load-generator.ts'
import { type ServerModule, ServerProcess } from './server-process.ts'

/** What a measurement over HTTP needs, each in a process of its own. */
export interface TestBed<Variant extends string> {
  readonly servers: Readonly<Record<Variant, ServerProcess>>
  readonly generator: LoadGenerator
  stop(): void
}

/** @param fixtures file with the tokens @param keys that the servers trust, if not the one of the RS256 tokens */
export async function startTestBed<Variant extends string>(
  module: ServerModule,
  variants: readonly Variant[],
  fixtures: string,
  keys?: readonly JWK[],
): Promise<TestBed<Variant>> {
  const { issuer, audience, scope, tokens } = readFixtures(fixtures)
  const keyServer = await KeyServer.start(keys ?? [tokens.RS256.jwk])
  const started: { stop(): void }[] = [keyServer]
  const stop = () => {
    for (const process of started) process.stop()
  }
  try {
    const generator = await LoadGenerator.start(fixtures)
    started.push(generator)
    const servers = {} as Record<Variant, ServerProcess>
    for (const variant of variants) {
      servers[variant] = await ServerProcess.start(module, variant, {
        issuer,
        audience,
        scope,
        keyServer: keyServer.url,
      })
      started.push(servers[variant])
    }
    return { servers, generator, stop }
  } catch (error) {
    stop()
    throw error
  }
}
