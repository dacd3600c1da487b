import { Controller, Get, Inject, Module, type DynamicModule } from '@nestjs/common';
import { Public } from '../access.js';
import type { AnyModule } from '../routes.js';
import { openApiDocument } from './openapi-document.js';

const DOCUMENT = Symbol('DOCUMENT');

@Controller()
class OpenApiController {
  constructor(@Inject(DOCUMENT) private readonly document: object) {}

  @Get('v1/openapi.json')
  @Public()
  get(): object {
    return this.document;
  }
}

/** Serves the description of the routes of some modules at `/v1/openapi.json`. */
@Module({})
export class OpenApiModule {
  static forRoot(modules: AnyModule[]): DynamicModule {
    return {
      module: OpenApiModule,
      controllers: [OpenApiController],
      providers: [{ provide: DOCUMENT, useFactory: () => openApiDocument(...modules) }],
    };
  }
}
