import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, Installation } from '#testing';
import { startEmulator, type RunningEmulator } from '../../apps/line-emulator/emulator.js';
import { ApiClient } from '../../apps/standalone/api-client.js';
import { seededRandom } from '../../apps/standalone/demo-workspace/seeded-random.js';
import { compareMenus, isAsDesired } from '../../tools/demo/linking/menus.js';
import { comesTrue } from '../../tools/demo/progress.js';
import { PeopleAtLine } from '../../tools/demo/linking/people-at-line.js';
import { COMPANY, Site } from '../../tools/demo/linking/site.js';
import { scenarios, type Person, type Scenario } from './linking-people.js';

const SEED = Number(process.env.CHAOS_SEED ?? 1);
const KILLS = Number(process.env.CHAOS_KILLS ?? 2);
/** At a time, so that requests for passwords find a place in their queue. */
const AT_ONCE = 8;
const AGREED_WITHIN_MS = 60_000;

/** Somebody who was about to do the nth step of a way when everything died. */
interface Struck {
  name: string;
  person: Person;
  /** Undefined where the step did not come to its end. */
  step?: string;
  thrown?: unknown;
  over: boolean;
}

/**
 * Everything of ours dies between and amidst the steps of every way to a link and out of it, for somebody on each of
 * them at the same time; LINE lives on. Links, what members say of themselves, menus at LINE and grants must agree
 * afterwards, and everybody must get where they wanted to.
 */
describe(`kill -9 while people link (seed ${SEED}, ${KILLS} kills)`, () => {
  let line: RunningEmulator;
  let installation: Installation;
  let site: Site;
  let company: Site;
  let ways: Scenario[];
  let steps: Map<string, number>;
  let people = 0;
  const random = seededRandom(SEED);

  beforeAll(async () => {
    line = await startEmulator();
    installation = await Installation.create({
      LINE_API_BASE_URL: line.url,
      LINE_DATA_API_BASE_URL: line.url,
      LINE_LOGIN_BASE_URL: line.url,
      TRUSTED_PROXIES: '127.0.0.1,::1',
    });
    await installation.start();
    const admin = new ApiClient(installation.apiUrl, installation.notes().adminKey);
    const { apiKey } = await admin.post<{ apiKey: string }>('/v1/workspaces', { name: 'chaos', quietHours: null });
    site = await open(apiKey, 1);
    company = await open(apiKey, 2);
    await company.settings({ signIn: { kind: 'company', url: `${COMPANY}/sign-in` } });
    const { secret } = await site.api.post<{ secret: string }>('/v1/sign-in-keys', {});
    ways = scenarios(site, company, secret);
    steps = await countSteps();
  }, 180_000);

  afterAll(async () => {
    await installation.stop();
    installation.remove();
    await line.close();
  }, 60_000);

  it.each(Array.from({ length: KILLS }, (_, kill) => kill))(
    'links each of them wholly or not at all, and lets them go on (kill %i)',
    async (kill) => {
      const struck = await inPlace();
      // The first kill comes between the steps, all others when some of them have been taken.
      const some = kill === 0 ? struck.length : Math.floor(random() * struck.length);
      let taken = 0;
      let enough: () => void;
      const moment = new Promise<void>((reached) => (enough = reached));
      const stepping = Promise.all(
        struck.map(async (one) => {
          if (taken >= some) enough();
          await takeStep(one);
          if (++taken >= some) enough();
        }),
      );
      await moment;
      await installation.kill();
      await stepping;
      await installation.start();
      expect(await agreed(struck)).toEqual([]);
      await atOnce(struck, goOn);
      const notThere = await filtered(struck, async ({ person }) => !(await person.isThere()));
      expect(notThere.map(({ name, step }) => `${name}: ${step ?? 'killed'}`)).toEqual([]);
      expect(await agreed(struck)).toEqual([]);
    },
    600_000,
  );

  async function open(key: string, nth: number): Promise<Site> {
    const account = {
      channelId: `290000000${nth}`,
      channelSecret: 'd'.repeat(32),
      accessToken: `chaos-${nth}`,
      login: { channelId: `190000000${nth}`, channelSecret: 'e'.repeat(32) },
    };
    const control = new ApiClient(line.url);
    // LINE calls again where nobody answers, if it is asked to.
    await control.post('/_emulator/channels', { ...account, redelivery: { attempts: 20, spacingMs: 2_000 } });
    const atLine = new PeopleAtLine(control, account, nth * 1_000_000);
    return Site.open({ origin: installation.apiUrl, key, line: atLine }, async (what, isSo) => {
      await eventually(what, isSo);
    });
  }

  /** Goes every way once, undisturbed. */
  async function countSteps(): Promise<Map<string, number>> {
    const counted = new Map<string, number>();
    for (const { name, begin } of ways) {
      const person = await begin(`whole-${++people}`);
      let count = 0;
      for await (const _ of person.walk) count++;
      expect([name, await person.isThere()]).toEqual([name, true]);
      counted.set(name, count);
    }
    return counted;
  }

  /** For every step of every way, somebody who has done all before it. */
  async function inPlace(): Promise<Struck[]> {
    const plan = ways.flatMap((way) => Array.from({ length: steps.get(way.name)! }, (_, nth) => ({ way, nth })));
    const struck: Struck[] = [];
    await atOnce(plan, async ({ way, nth }) => {
      const person = await way.begin(`m${++people}`);
      for (let done = 0; done < nth; done++) await person.walk.next();
      struck.push({ name: `${way.name}, step ${nth + 1}`, person, over: false });
    });
    return struck;
  }

  async function takeStep(struck: Struck): Promise<void> {
    try {
      const { value, done } = await struck.person.walk.next();
      if (typeof value === 'string') struck.step = value;
      struck.over = done === true;
    } catch (error) {
      // What a person's browser shows when the server is gone; they begin anew later.
      struck.thrown = error;
      struck.over = true;
    }
  }

  /** On from where they are or, where that leads nowhere, from the beginning. */
  async function goOn(struck: Struck): Promise<void> {
    while (!struck.over) await takeStep(struck);
    if (await struck.person.isThere()) return;
    for await (const _ of struck.person.again());
  }

  /** Waits until everything about everybody agrees. @returns what does not, in words */
  async function agreed(struck: Struck[]): Promise<string[]> {
    let faults: string[] = [];
    let left = struck;
    await comesTrue(async () => {
      const found = await Promise.all(left.map(async (one) => ({ one, why: await faultOf(one.person) })));
      const wrong = found.filter(({ why }) => why !== '');
      left = wrong.map(({ one }) => one);
      faults = wrong.map(({ one, why }) => `${one.name}: ${why}`);
      return wrong.length === 0;
    }, AGREED_WITHIN_MS);
    return faults;
  }

  /** What about somebody is half. @returns empty where nothing is */
  async function faultOf({ holders, site: where, aftermath }: Person): Promise<string> {
    const { memberId } = holders[0]!;
    const isLinked = await Promise.all(holders.map((one) => where.isLinked(one)));
    const live = isLinked.filter(Boolean).length;
    if (live > 1 || (holders.length > 1 && live === 0)) return `${live} live links`;
    const { linked } = await where.api.get<{ linked: boolean }>(`/v1/members/${memberId}`);
    if (linked !== live > 0) return `the member says ${String(linked)}, the links say ${live}`;
    const phones = new Map(holders.map(({ userId }, i) => [userId, isLinked[i] ? memberId : undefined]));
    const menus = await compareMenus(where, phones);
    if (!menus.every(isAsDesired)) return `menus ${JSON.stringify(menus)}`;
    return (await aftermath?.()) ?? '';
  }

  async function filtered<T>(items: T[], keep: (item: T) => Promise<boolean>): Promise<T[]> {
    const kept: T[] = [];
    await atOnce(items, async (item) => {
      if (await keep(item)) kept.push(item);
    });
    return kept;
  }
});

/** Does it for all, a few at a time. */
async function atOnce<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
