import { seededRandom } from './seeded-random.js';

/** What can go wrong on request; the names say on which side of the processing. */
export const faultKinds = [
  'before500',
  'dropped',
  'slow',
  'hang',
  'after500',
  'accepted-then-dropped',
  'accepted-then-slow',
  'accepted-then-hang',
  '429-rate',
  '429-monthly',
  '401',
  '403',
  '400',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** A fault as it is ordered; what is absent does not narrow. */
export interface FaultOrder {
  kind: FaultKind;
  /** Short name of the endpoint. */
  endpoint?: string;
  channelId?: string;
  /** How many requests it hits; absent: until cleared. */
  times?: number;
  /** Chance per matching request, 0 to 1, drawn from `seed`. */
  probability?: number;
  seed?: number;
  /** For the slow kinds. */
  ms?: number;
  /** Hits only requests addressed to this person. */
  userId?: string;
  /** Instead of LINE's usual text. */
  message?: string;
}

export interface Fault extends FaultOrder {
  faultId: number;
  fired: number;
  remaining: number | null;
}

/** The request a fault may hit. */
export interface FaultTarget {
  endpoint: string;
  channelId: string;
  addresses: (userId: string) => boolean;
}

/** The ordered faults, oldest first; the first that fits and draws its chance hits. */
export class Faults {
  private readonly ordered: { fault: Fault; random: () => number }[] = [];
  private nextId = 1;

  add(order: FaultOrder): Fault {
    const fault = { ...order, faultId: this.nextId++, fired: 0, remaining: order.times ?? null };
    this.ordered.push({ fault, random: seededRandom(order.seed ?? 1) });
    return fault;
  }

  list(): Fault[] {
    return this.ordered.map(({ fault }) => fault);
  }

  clear(faultId?: number): void {
    const kept = faultId === undefined ? [] : this.ordered.filter(({ fault }) => fault.faultId !== faultId);
    this.ordered.splice(0, this.ordered.length, ...kept);
  }

  /** The fault that hits this request, counted as fired. */
  draw(target: FaultTarget): Fault | undefined {
    for (const { fault, random } of this.ordered) {
      if (!fits(fault, target) || random() >= (fault.probability ?? 1)) continue;
      fault.fired++;
      if (fault.remaining !== null) fault.remaining--;
      return fault;
    }
    return undefined;
  }
}

function fits(fault: Fault, { endpoint, channelId, addresses }: FaultTarget): boolean {
  if (fault.remaining === 0) return false;
  if (fault.endpoint !== undefined && fault.endpoint !== endpoint) return false;
  if (fault.channelId !== undefined && fault.channelId !== channelId) return false;
  return fault.userId === undefined || addresses(fault.userId);
}
