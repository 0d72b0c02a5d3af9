import {
  type ArgumentsHost,
  type CanActivate,
  Catch,
  createParamDecorator,
  type ExceptionFilter,
  type ExecutionContext,
  HttpException,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type Type,
} from '@nestjs/common'
import { PATH_METADATA } from '@nestjs/common/constants.js'
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core'
import type { Access, Denial, Requirement, ResourceServer } from '@scopeward/core'
import type { Request, Response } from 'express'
import { API, type Scope } from './api.ts'

type Handler = ReturnType<ExecutionContext['getHandler']>

/** On every route, or on its controller: what it requires, or that it is open to everybody. */
export const Requires = Reflector.createDecorator<Requirement<Scope> | 'public'>()

const callers = new WeakMap<Request, Access>()

/** Who calls. `undefined` on a public route. */
export const Caller = createParamDecorator((_data: undefined, context: ExecutionContext) =>
  callers.get(context.switchToHttp().getRequest()),
)

/** With the whole answer in it. */
export class AccessDenied extends HttpException {
  constructor(readonly denial: Denial) {
    super(denial.body, denial.status)
  }
}

@Catch(AccessDenied)
export class AccessDeniedFilter implements ExceptionFilter {
  catch({ denial }: AccessDenied, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>()
    response
      .status(denial.status)
      .set({ ...denial.headers })
      .end(denial.body)
  }
}

@Injectable()
export class AccessGuard implements CanActivate, OnApplicationBootstrap {
  constructor(
    @Inject(API) private readonly api: ResourceServer<Scope>,
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const required = this.requiredBy(context.getClass(), context.getHandler())
    if (required === 'public') return true
    const http = context.switchToHttp()
    const source = http.getRequest<Request>()
    const { method, originalUrl: url, rawHeaders: headers, socket, route } = source
    const request = { method, url, headers, socket, route: route?.path, identity: source, source }
    const outcome = await this.api.check(request, required)
    if (!outcome.granted) throw new AccessDenied(outcome.denial)
    http.getResponse<Response>().set({ ...outcome.headers })
    callers.set(source, outcome.access)
    return true
  }

  /** The app does not start with a route that says nothing, or names a scope that does not exist. */
  async onApplicationBootstrap(): Promise<void> {
    for (const { metatype } of this.discovery.getControllers()) {
      const controller = metatype as Type
      for (const name of new MetadataScanner().getAllMethodNames(controller.prototype)) {
        const handler = controller.prototype[name]
        if (this.reflector.get(PATH_METADATA, handler) === undefined) continue
        const required = this.requiredBy(controller, handler)
        if (required !== 'public') this.api.guard(required)
      }
    }
    for (const { issuer, reason } of (await this.api.ready()).issuers) {
      if (reason !== undefined) Logger.warn(`Tokens of ${issuer} cannot be checked yet: ${reason}`)
    }
  }

  private requiredBy(controller: Type, handler: Handler): Requirement<Scope> | 'public' {
    const required = this.reflector.getAllAndOverride(Requires, [handler, controller])
    if (required === undefined) throw new Error(`${controller.name}.${handler.name} needs @Requires(…)`)
    return required
  }
}
