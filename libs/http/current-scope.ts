import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Scope } from '#kernel';
import type { ApiRequest } from './api-request.js';

/** The scope of the request, made by the guard. */
export const CurrentScope = createParamDecorator((_data: unknown, context: ExecutionContext): Scope => {
  const { scope } = context.switchToHttp().getRequest<ApiRequest>();
  if (!scope) throw new Error('A public route has no scope.');
  return scope;
});
