/**
 * Runs `work` without the console notices that oidc-provider prints about the runtime and about settings that are meant
 * for development. Everything else is printed as ever, and the console is as before afterwards.
 */
export async function hushProvider<Result>(work: () => Promise<Result>): Promise<Result> {
  const { info, warn } = console
  const unlessProvider =
    (print: typeof info): typeof info =>
    (...words) => {
      if (!String(words[0]).startsWith('oidc-provider ')) print(...words)
    }
  console.info = unlessProvider(info)
  console.warn = unlessProvider(warn)
  try {
    return await work()
  } finally {
    console.info = info
    console.warn = warn
  }
}
