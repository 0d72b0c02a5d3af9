import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { satisfies } from '../src/access/expression.ts'
import { createResourceServer } from '../src/resource-server.ts'
import { requestWith } from './support/requests.ts'
import { keys, mint, optionsFor } from './support/tokens.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const KEY = await keys()

test('an expression made for one call of check() is not kept for ever', async () => {
  const api = createResourceServer(optionsFor(KEY))
  const token = await mint(KEY)
  const useOnce = async () => {
    const expression = satisfies('made for this request', () => true)
    expect(await api.check(requestWith(token), expression)).toMatchObject({ granted: true })
    return new WeakRef(expression)
  }
  const reference = await useOnce()
  for (let i = 0; i < 50 && reference.deref() !== undefined; i++) {
    await new Promise(resolve => setImmediate(resolve))
    collectGarbage()
  }
  expect(reference.deref()).toBeUndefined()
})
