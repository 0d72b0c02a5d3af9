import { ConfigurationError, type JsonObject, openApiDocument, type ResourceServerDescription } from '@scopeward/core'
import type { Application } from 'express'
import type { ExpressGuard } from './create-guard.ts'
import { describeApp } from './describe-app.ts'

/** What an OpenAPI document needs beyond the app. */
export interface OpenApiInfo {
  readonly info: { readonly title: string; readonly version: string }
  /** Where clients get tokens. Default: what the issuer's metadata says, which is fetched for it. */
  readonly tokenUrl?: string
}

interface GuardDescription {
  readonly describeServer: () => ResourceServerDescription
  readonly hasOwnRefusals: boolean
}

/** Not a member of the guard: nobody but `openapi` needs it. */
const descriptions = new WeakMap<object, GuardDescription>()

export function rememberDescription(guard: object, description: GuardDescription): void {
  descriptions.set(guard, description)
}

/**
 * An OpenAPI 3.1 document of the app: every route, what each requires as `security`, the scopes with their descriptions
 * and the refusals. Call it after the last route. Of bodies and other answers it knows nothing. Routes that OpenAPI cannot
 * write, such as regular expressions, are left out.
 * @throws ConfigurationError `option_missing` where the issuer's metadata does not tell the token endpoint and `tokenUrl`
 * is not given; `option_invalid` for what is no guard
 */
export async function openapi<Scope extends string>(
  app: Application,
  guard: ExpressGuard<Scope>,
  { info, tokenUrl }: OpenApiInfo,
): Promise<JsonObject> {
  const description = descriptions.get(guard)
  if (description === undefined) {
    throw new ConfigurationError(
      'option_invalid',
      'openapi() needs the guard itself. Write openapi(app, guard, { info }).',
    )
  }
  const { routes } = describeApp(app)
  const { scopes, dpop, tokenEndpoint } = description.describeServer()
  const { hasOwnRefusals } = description
  return openApiDocument({ info, routes, scopes, dpop, tokenUrl: tokenUrl ?? (await tokenEndpoint()), hasOwnRefusals })
}
