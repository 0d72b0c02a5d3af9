import 'reflect-metadata'
import type { AddressInfo } from 'node:net'
import { Controller, Get } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { expect, test } from 'vitest'
import { codeBlocks } from '../../docs/markdown.ts'
import { describeGuide, sourcesIn } from '../support.ts'
import { API, createApi } from './api.ts'
import { AppModule } from './app.ts'
import { Requires } from './scopeward.ts'

describeGuide('NestJS', async overrides => {
  const providers = [{ provide: API, useValue: createApi(overrides) }]
  const app = await NestFactory.create({ module: AppModule, providers }, { logger: false })
  await app.listen(0, '127.0.0.1')
  return { port: (app.getHttpServer().address() as AddressInfo).port, stop: () => app.close() }
})

@Controller('open')
class SaysNothing {
  @Get()
  read() {
    return 'for everybody'
  }
}

@Controller('misspelt')
class Misspelt {
  @Get()
  @Requires('controls:raed' as 'controls:read')
  read() {
    return 'for nobody'
  }
}

test.each([
  ['says nothing', SaysNothing, 'SaysNothing.read needs @Requires(…)'],
  ['names a scope that does not exist', Misspelt, 'controls:raed'],
])('an app with a route that %s does not start', async (_mistake, controller, message) => {
  const app = await NestFactory.create({ module: AppModule, controllers: [controller] }, { logger: false })
  await expect(app.listen(0, '127.0.0.1')).rejects.toThrow(message)
  await app.close()
})

test('the blocks of the page are the modules, word for word', () => {
  expect(codeBlocks('docs/guides/nestjs.md', 'ts')).toEqual(
    sourcesIn(import.meta.url, ['api.ts', 'scopeward.ts', 'app.ts', 'main.ts']),
  )
})
