import { execFile } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { fileWith, type Run, scopeward, startScopeward } from './main.support.ts'

interface Running extends AsyncDisposable {
  /** The first thing that it prints. */
  readonly printed: string
  /** As Ctrl-C does. */
  stop(): Promise<Run>
}

async function startIssuer(...flags: readonly string[]): Promise<Running> {
  const events = new EventEmitter<{ printed: [string]; interrupted: [] }>()
  const printed = once(events, 'printed')
  const running = scopeward(['issuer', ...flags], {
    interrupted: () => once(events, 'interrupted'),
    onPrinted: text => events.emit('printed', text),
  })
  const stop = (): Promise<Run> => {
    events.emit('interrupted')
    return running
  }
  return { printed: (await printed)[0], stop, [Symbol.asyncDispose]: async () => void (await stop()) }
}

test('the curl line that it prints gets a token, which explain accepts; Ctrl-C ends it with exit code 0', async () => {
  const child = startScopeward([
    'issuer',
    '--algorithm',
    'ES256',
    '--client',
    'reader:r$cret:controls:read,x',
    '--audience',
    'urn:api',
  ])
  try {
    const [printed] = (await once(child.stdout?.setEncoding('utf8') ?? child, 'data')) as [string]
    const [, issuer = ''] = /^Issuer (http:\/\/127\.0\.0\.1:\d+) /.exec(printed) ?? []
    const [curl = ''] = /curl .*/.exec(printed) ?? []
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', curl])
    const { access_token: token } = JSON.parse(stdout) as { access_token: string }
    const flags = ['--issuer', issuer, '--audience', 'urn:api', '--require', 'controls:read and x']
    expect(await scopeward(['explain', '-', ...flags], { input: token })).toMatchObject({ code: 0, stderr: '' })
    const closed = once(child, 'close')
    child.kill('SIGINT')
    expect(await closed).toEqual([0, null])
  } finally {
    child.kill('SIGKILL')
  }
})

test('clients come from a file too, and --json prints where everything is', async () => {
  const client = { clientId: 'c', clientSecret: 's', scopes: ['read'], claims: { tenant: 'acme' } }
  const file = fileWith('clients.json', JSON.stringify({ clients: [client] }))
  await using running = await startIssuer('--file', file, '--path', '/tenant1', '--algorithm', 'ES256', '--json')
  const description = JSON.parse(running.printed) as { issuer: string; jwksUri: string }
  expect(description.issuer).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/tenant1$/)
  const { stdout } = await scopeward(['mint', '--issuer', description.issuer, '--client', 'c:s'])
  const claims = JSON.parse(Buffer.from(stdout.split('.')[1] ?? '', 'base64url').toString()) as unknown
  expect(claims).toMatchObject({ iss: description.issuer, tenant: 'acme', scope: 'read' })
  expect(await running.stop()).toMatchObject({ code: 0, stderr: '' })
})

test('without a client there is one to try with', async () => {
  await using running = await startIssuer('--algorithm', 'ES256', '--audience', "it's")
  expect(running.printed).toContain(
    "curl -s -u demo:demo-secret -d grant_type=client_credentials -d 'scope=read write'",
  )
  expect(running.printed).toContain("audience: 'it\\'s', … })")
})
