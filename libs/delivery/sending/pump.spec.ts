import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Pump, pumpBeside, type PumpOptions } from './pump.js';

interface Parcel {
  id: number;
  weight: number;
}

/** Deliveries, leases and pauses that end when the spec says so. */
class Stage {
  readonly delivered: number[] = [];
  leases = 0;
  heaviest = 0;
  isOver = false;
  later = false;
  failing?: number;
  /** What waits for the spec: each ends one delivery, lease or pause. */
  readonly open: { kind: 'delivery' | 'lease' | 'pause'; id?: number; end: () => void }[] = [];
  private weight = 0;

  constructor(
    readonly stock: Parcel[],
    public atOnce: number,
    readonly lot: number,
  ) {}

  run(): Promise<void> {
    return new Pump<Parcel>(this.options()).run();
  }

  options(): PumpOptions<Parcel> {
    return {
      atOnce: () => this.atOnce,
      weightOf: ({ weight }) => weight,
      lease: async () => {
        this.leases += 1;
        const items = this.stock.splice(0, this.lot);
        await this.wait('lease');
        return { items, later: this.later };
      },
      deliver: async ({ id, weight }) => {
        this.weight += weight;
        this.heaviest = Math.max(this.heaviest, this.weight);
        await this.wait('delivery', id);
        this.weight -= weight;
        if (id === this.failing) throw new Error('lost');
        this.delivered.push(id);
      },
      over: () => this.isOver,
      pause: () => this.wait('pause'),
    };
  }

  /** Ends what waits, the one that `choose` says, until nothing does. */
  async play(choose: (open: number) => number): Promise<void> {
    for (let idle = 0; idle < 20;) {
      await Promise.resolve();
      if (this.open.length === 0) idle += 1;
      else {
        idle = 0;
        this.open.splice(choose(this.open.length), 1)[0]!.end();
      }
    }
  }

  private wait(kind: 'delivery' | 'lease' | 'pause', id?: number): Promise<void> {
    return new Promise((end) => this.open.push({ kind, id, end }));
  }
}

const parcels = (...weights: number[]) => weights.map((weight, id) => ({ id, weight }));
const first = () => 0;

describe('A pump', () => {
  it('delivers everything once, in whatever order things end, and never more at once than it may', async () => {
    const weights = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        weights,
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 1, max: 5 }),
        async (given, chance, lot) => {
          const stage = new Stage(parcels(...given), 10, lot);
          const done = stage.run();
          await stage.play((open) => chance.next().value % open);
          await done;
          expect(stage.delivered.toSorted((a, b) => a - b)).toEqual(given.map((_, id) => id));
          expect(stage.heaviest).toBeLessThanOrEqual(Math.max(10, ...given));
        },
      ),
      { seed: 21, numRuns: 200 },
    );
  });

  it('goes on with what comes in while a slow delivery is under way', async () => {
    const stage = new Stage(parcels(1), 10, 5);
    const done = stage.run();
    const once = async (kind: string) => {
      for (let i = 0; i < 20; i++) await Promise.resolve();
      const at = stage.open.findIndex((one) => one.kind === kind);
      stage.open.splice(at, 1)[0]!.end();
      for (let i = 0; i < 20; i++) await Promise.resolve();
    };
    await once('lease');
    await once('lease');
    stage.stock.push({ id: 7, weight: 1 });
    await once('pause');
    await once('lease');
    expect(stage.open.filter(({ kind }) => kind === 'delivery').map(({ id }) => id)).toEqual([0, 7]);
    await stage.play(first);
    await done;
    expect(stage.delivered).toEqual([0, 7]);
  });

  it('begins no more than it may now, however much it might before', async () => {
    const stage = new Stage(parcels(1, 1, 1, 1, 1, 1), 4, 6);
    const done = stage.run();
    const goOn = async () => {
      for (let i = 0; i < 20; i++) await Promise.resolve();
    };
    stage.open.shift()!.end();
    await goOn();
    stage.atOnce = 1;
    for (let n = 0; n < 3; n++) {
      const at = stage.open.findIndex(({ kind }) => kind === 'delivery');
      stage.open.splice(at, 1)[0]!.end();
      await goOn();
    }
    expect(stage.open.filter(({ kind }) => kind === 'delivery')).toHaveLength(1);
    await stage.play(first);
    await done;
    expect(stage.delivered).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('leases no more once the turn is over, and delivers what it has', async () => {
    const stage = new Stage(parcels(6, 6, 6, 6), 10, 2);
    const done = stage.run();
    await Promise.resolve();
    stage.isOver = true;
    await stage.play(first);
    await done;
    expect(stage.delivered).toEqual([0, 1]);
    expect(stage.leases).toBe(1);
  });

  it('asks again while more is on its way', async () => {
    const stage = new Stage([], 10, 2);
    stage.later = true;
    const done = stage.run();
    for (let i = 0; i < 30; i++) {
      await Promise.resolve();
      if (stage.leases === 2 && stage.delivered.length + stage.stock.length === 0) stage.stock.push(...parcels(1));
      stage.later = stage.leases < 3;
      stage.open.shift()?.end();
    }
    await stage.play(first);
    await done;
    expect(stage.delivered).toEqual([0]);
  });

  it('ends what it has begun before it fails, and begins nothing more', async () => {
    const stage = new Stage(parcels(4, 4, 4, 4), 8, 4);
    stage.failing = 0;
    const done = stage.run();
    const failed = expect(done).rejects.toThrow('lost');
    await stage.play(first);
    await failed;
    expect(stage.delivered).toEqual([1]);
  });
});

describe('Pumps beside one another', () => {
  /** Ends all that waits, again and again, but for the deliveries of the first. */
  async function goOn(stages: Stage[], slow: Stage): Promise<void> {
    for (let i = 0; i < 60; i++) {
      await Promise.resolve();
      for (const stage of stages) {
        const at = stage.open.findIndex(({ kind }) => stage !== slow || kind !== 'delivery');
        if (at >= 0) stage.open.splice(at, 1)[0]!.end();
      }
    }
  }

  it('move what comes by one way while the other is still at work, and end together', async () => {
    const [slow, idle] = [new Stage(parcels(1), 10, 5), new Stage([], 10, 5)];
    let ended = false;
    const done = pumpBeside([slow.options(), idle.options()]).then(() => (ended = true));
    await goOn([slow, idle], slow);
    // By now the second has found nothing more than once.
    idle.stock.push({ id: 7, weight: 1 });
    await goOn([slow, idle], slow);
    expect([idle.delivered, ended]).toEqual([[7], false]);
    await Promise.all([slow.play(first), idle.play(first)]);
    await done;
    expect(slow.delivered).toEqual([0]);
  });

  it('end without the one that has failed', async () => {
    const [failing, idle] = [new Stage(parcels(1), 10, 5), new Stage([], 10, 5)];
    failing.failing = 0;
    const failed = expect(pumpBeside([failing.options(), idle.options()])).rejects.toThrow('lost');
    await Promise.all([failing.play(first), idle.play(first)]);
    await failed;
  });
});
