import 'reflect-metadata';
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { CRASH_POINTS, type CrashPoint, type CrashPointName, type Order, type Report } from './crash-points.js';

/**
 * Loaded before a program of ours (`node --import`), which knows nothing of it: lets it die at a named point, and shifts
 * its clock. It hears what to do from whoever forked it.
 */
const armed: { point?: CrashPointName; left: number } = { left: 0 };
const points = Object.entries(CRASH_POINTS) as [CrashPointName, CrashPoint][];
const found = new Set<CrashPointName>();
const SENDS = /^\/v2\/bot\/message\/(push|multicast)$/;

/** Dies here and now, if this is where it is to die. */
function reach(point: CrashPointName): void {
  if (armed.point !== point || --armed.left > 0) return;
  process.kill(process.pid, 'SIGKILL');
  // The signal takes a moment to arrive; nothing more is done in it.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** Classes are known by their names when their decorators run, wherever they are imported from. */
function watchClasses(): void {
  const define = Reflect.defineMetadata;
  Reflect.defineMetadata = (key: unknown, value: unknown, target: object, property?: string | symbol) => {
    if (typeof target === 'function') wrapPoints(target);
    if (property === undefined) define(key, value, target);
    else define(key, value, target, property);
  };
}

const wrapped = new WeakSet<object>();

function wrapPoints({ name, prototype }: { name: string; prototype?: object }): void {
  const its = points.filter(([, point]) => 'class' in point && point.class === name);
  if (its.length === 0 || !prototype || wrapped.has(prototype)) return;
  wrapped.add(prototype);
  for (const [pointName, point] of its) if ('class' in point) wrap(prototype, pointName, point);
}

type Method = (...args: unknown[]) => Promise<unknown>;

function wrap(prototype: object, name: CrashPointName, point: Extract<CrashPoint, { class: string }>): void {
  const methods = prototype as Record<string, Method | undefined>;
  const original = methods[point.method];
  if (!original) return;
  found.add(name);
  const { when, counts = () => true } = point;
  methods[point.method] = async function (this: unknown, ...args: unknown[]) {
    if (when === 'before') reach(name);
    const result = await original.apply(this, args);
    if (when === 'after' && counts(result)) reach(name);
    return result;
  };
}

function watchRequests(): void {
  const at = (moment: 'created' | 'answered', channel: string) => {
    const names = points.filter(([, point]) => 'request' in point && point.request === moment).map(([name]) => name);
    for (const name of names) found.add(name);
    subscribe(channel, (message) => {
      const { request } = message as { request: ClientRequest };
      if (SENDS.test(request.path)) for (const name of names) reach(name);
    });
  };
  at('created', 'http.client.request.created');
  at('answered', 'http.client.response.finish');
}

const RealDate = Date;
let clockMs = Number(process.env.CHAOS_CLOCK_MS ?? 0);

/** The clock of the machine as it would be had somebody turned it; timers and `performance` do not care, as in life. */
class TurnedDate extends RealDate {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(RealDate.now() + clockMs);
    else super(...(given as [number]));
  }

  static override now(): number {
    return RealDate.now() + clockMs;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return Object.prototype.toString.call(value) === '[object Date]';
  }
}

process.on('message', (order: Order) => {
  if ('clockMs' in order) clockMs = order.clockMs;
  if ('disarm' in order) armed.point = undefined;
  if (!('arm' in order)) return;
  armed.point = order.arm;
  armed.left = order.nth;
  const report: Report = { armed: order.arm, missing: !found.has(order.arm) };
  process.send?.(report);
});
// Nor does it outlive whoever forked it.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
// Whoever listens must not keep the program from ending.
process.channel?.unref();
globalThis.Date = TurnedDate as DateConstructor;
watchClasses();
watchRequests();
