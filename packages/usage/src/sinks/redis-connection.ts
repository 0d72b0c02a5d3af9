/**
 * What is used of a client of the official package `redis`; those of `createClient`, `createCluster` and `createSentinel`
 * have it all. Written out here because their own types differ with every module, script and type mapping.
 */
export interface UsageRedisClient {
  duplicate(overrides?: object): UsageRedisClient
  connect(): Promise<unknown>
  destroy(): unknown
  on(event: string, listener: (error: unknown) => void): unknown
  withCommandOptions(options: { readonly timeout: number; readonly typeMapping: object }): {
    eval(script: string, options: { readonly keys: string[]; readonly arguments: string[] }): Promise<unknown>
  }
}

export type CommandsOf<Client extends UsageRedisClient> = ReturnType<Client['withCommandOptions']>

/**
 * A connection of its own for a short while. Once a minute that costs nothing, and there is none to be watched, repaired or
 * closed; a client that tries to connect for ever is given up with the rest.
 * @throws Error after the deadline, and what `use` rejects with
 */
export async function withConnection<T>(
  template: UsageRedisClient,
  timeoutSeconds: number,
  use: (commands: CommandsOf<UsageRedisClient>) => Promise<T>,
): Promise<T> {
  const client = template.duplicate({ RESP: 3, clientSideCache: undefined })
  // Without a listener an error of the connection would end the process.
  client.on('error', () => undefined)
  client.on('node-error', () => undefined)
  let timer: NodeJS.Timeout | undefined
  const expired = new Promise<never>((_, reject) => {
    const giveUp = () => reject(new RedisTimeout(`Redis did not answer within ${timeoutSeconds} s.`))
    timer = setTimeout(giveUp, timeoutSeconds * 1000)
  })
  try {
    const used = client.connect().then(() => use(client.withCommandOptions({ timeout: 0, typeMapping: {} })))
    return await Promise.race([used, expired])
  } finally {
    clearTimeout(timer)
    await discard(client)
  }
}

class RedisTimeout extends Error {
  override readonly name = 'RedisTimeout'
}

async function discard(client: UsageRedisClient): Promise<void> {
  try {
    await client.destroy()
  } catch {
    // It has never been open.
  }
}
