import { RequestMethod, type DynamicModule, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner } from '@nestjs/core';
import { ACCESS, type Access } from './access.js';

export type AnyModule = Type | DynamicModule;

export interface Route {
  method: string;
  /** As Fastify writes it: `/v1/api-keys/:id`. */
  path: string;
  /** Undefined where it was forgotten. */
  access: Access | undefined;
  controller: Type;
  /** Name of the controller's method. */
  handler: string;
}

/** Every route of some modules and of all they import, as declared; nothing has to be started. */
export function routesOf(...modules: AnyModule[]): Route[] {
  const all = new Set<unknown>(modules);
  // The set grows while it is walked.
  for (const module of all) for (const imported of declared(module, 'imports')) all.add(imported);
  const controllers = new Set([...all].flatMap((module) => declared(module, 'controllers') as Type[]));
  return [...controllers].flatMap(routesOfController);
}

/** What a module lists in its decorator and, where it is a dynamic one, beside it. */
function declared(module: unknown, key: 'imports' | 'controllers'): unknown[] {
  if (typeof module === 'function') return (Reflect.getMetadata(key, module) as unknown[] | undefined) ?? [];
  if (typeof module !== 'object' || module === null || !('module' in module)) return [];
  const dynamic = module as DynamicModule;
  return [...declared(dynamic.module, key), ...((dynamic[key] as unknown[] | undefined) ?? [])];
}

function routesOfController(controller: Type): Route[] {
  const prototype = controller.prototype as object;
  const names = new MetadataScanner().getAllMethodNames(prototype);
  return names.flatMap((name) => routesOfHandler(controller, name));
}

function routesOfHandler(controller: Type, handler: string): Route[] {
  const method = (controller.prototype as Record<string, object>)[handler]!;
  const verb = Reflect.getMetadata(METHOD_METADATA, method) as RequestMethod | undefined;
  if (verb === undefined) return [];
  const prefixes = [Reflect.getMetadata(PATH_METADATA, controller) as string | string[]].flat();
  const paths = [Reflect.getMetadata(PATH_METADATA, method) as string | string[]].flat();
  const access = Reflect.getMetadata(ACCESS, method) as Access | undefined;
  return prefixes.flatMap((prefix) =>
    paths.map((path) => ({ method: RequestMethod[verb], path: joined(prefix, path), access, controller, handler })),
  );
}

function joined(...parts: string[]): string {
  return `/${parts
    .flatMap((part) => part.split('/'))
    .filter(Boolean)
    .join('/')}`;
}

/** @throws Error where a route would be open by omission: such a program must not start */
export function assertEveryRouteSaysWho(module: AnyModule): void {
  const silent = routesOf(module).filter(({ access }) => !access);
  if (silent.length === 0) return;
  const names = silent.map(({ method, path }) => `${method} ${path}`).join(', ');
  throw new Error(`These routes do not say who may call them: ${names}.`);
}
