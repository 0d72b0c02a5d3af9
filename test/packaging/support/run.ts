import { execFile } from 'node:child_process'

/**
 * Runs a program and resolves with what it printed to stdout. Settings that an npm or npx above this process passed on
 * are left out, because they name the project of that npm.
 * @throws Error with everything that was printed, where the program fails
 */
export function run(cwd: string, program: string, ...parameters: readonly string[]): Promise<string> {
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1' }
  for (const name of Object.keys(env))
    if (/^(npm_(config_local_prefix|package_)|INIT_CWD|FORCE_COLOR)/.test(name)) delete env[name]
  return new Promise((resolve, reject) => {
    execFile(program, parameters, { cwd, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(new Error(`${program} ${parameters.join(' ')} failed:\n${stdout}\n${stderr}`))
    })
  })
}
