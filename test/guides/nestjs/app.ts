import { Controller, Get, Module, Param, Put } from '@nestjs/common'
import { APP_FILTER, APP_GUARD, DiscoveryModule } from '@nestjs/core'
import type { Access } from '@scopeward/core'
import { API, createApi } from './api.ts'
import { AccessDeniedFilter, AccessGuard, Caller, Requires } from './scopeward.ts'

@Controller('v1/controls')
@Requires('controls:read') // for every route below that says nothing else
export class ControlsController {
  @Get(':id')
  read(@Param('id') id: string, @Caller() caller: Access) {
    return { id, caller: caller.clientId }
  }

  @Put(':id')
  @Requires('controls:write')
  change(@Param('id') id: string) {
    return { changed: id }
  }
}

@Controller('health')
@Requires('public')
export class HealthController {
  @Get()
  check() {
    return 'ok'
  }
}

@Module({
  imports: [DiscoveryModule],
  controllers: [ControlsController, HealthController],
  providers: [
    { provide: API, useFactory: () => createApi() },
    { provide: APP_GUARD, useClass: AccessGuard }, // for every route of the app
    { provide: APP_FILTER, useClass: AccessDeniedFilter },
  ],
})
export class AppModule {}
