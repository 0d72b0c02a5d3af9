/**
 * What is used of a client of the official package `redis`; those of `createClient`, `createCluster` and `createSentinel`
 * have it all. Written out here because their own types differ with every module, script and type mapping.
 */
export interface RedisClient {
  readonly isOpen: boolean
  readonly isReady: boolean
  duplicate(overrides?: object): RedisClient
  connect(): Promise<unknown>
  destroy(): unknown
  on(event: string, listener: (error: unknown) => void): unknown
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>
  withCommandOptions(options: { readonly timeout: number; readonly typeMapping: object }): RedisScripting
}

/** The part of a client that runs scripts. */
export interface RedisScripting {
  eval(script: string, options: ScriptArguments): Promise<unknown>
  evalSha(sha1: string, options: ScriptArguments): Promise<unknown>
}

/** What a script is given. */
export interface ScriptArguments {
  readonly keys: string[]
  readonly arguments: string[]
}
