import type { IssuerReadiness, ResourceServer } from '@scopeward/core'
import type { FastifyBaseLogger } from 'fastify'

/** Fetches the keys ahead of the first request; where they cannot be had, says so and lets the app start. */
export async function warmKeys(server: ResourceServer<string>, log: FastifyBaseLogger): Promise<void> {
  const { issuers } = await server.ready()
  for (const readiness of issuers) warnWithoutKeys(readiness, log)
}

function warnWithoutKeys({ issuer, keySet, reason }: IssuerReadiness, log: FastifyBaseLogger): void {
  if (keySet === 'unavailable') {
    log.warn(
      { issuer, reason },
      'Tokens of the issuer cannot be checked. Requests get 503 until they can; no restart is needed.',
    )
  }
  if (keySet === 'empty') log.warn({ issuer, reason }, 'Tokens of the issuer cannot be checked. Each is refused.')
}
