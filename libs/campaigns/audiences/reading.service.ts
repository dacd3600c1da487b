import { isUtf8 } from 'node:buffer';
import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { RetryAfter } from '#jobs';
import type { Scope } from '#kernel';
import { Members } from '#members';
import type { AudienceProblem } from './audience.entity.js';
import { AudiencePeopleRepository } from './audience-people.repository.js';
import { AudiencesRepository, type UnreadAudience, type Refusal } from './audiences.repository.js';
import { csvRows, type CsvRow, type ReadRows } from './reading/csv-rows.js';
import { layoutOf, UNNAMED, type Layout } from './reading/layout.js';
import { namedPerson, nobody, type NamedPerson } from './reading/named-person.js';

/** People looked up in one statement. */
const LOOKED_UP_AT_ONCE = 5_000;
export const MOST_ROWS = 1_000_000;
/** How long a file keeps its place in the lane before others get it. */
const TURN_MS = 5_000;
/** What a row may hold from one part to the next; a quotation mark that was left open holds all that follows. */
const MOST_CARRIED = 1024 * 1024;

type Found = { row: CsvRow; named: NamedPerson; person: string | undefined };

/**
 * Reads files of people, a part at a time. What a part says and that it was read commit together: whoever dies has read
 * it, or not begun.
 */
@Injectable()
export class AudienceReading {
  constructor(
    private readonly db: Database,
    private readonly repository: AudiencesRepository,
    private readonly people: AudiencePeopleRepository,
    private readonly members: Members,
  ) {}

  /** @throws RetryAfter where there is more to read later */
  async read(scope: Scope, id: string): Promise<void> {
    const began = performance.now();
    while (await this.readPart(scope, id)) {
      if (performance.now() - began >= TURN_MS) throw new RetryAfter(0, 'reading goes on');
    }
  }

  /** @returns whether there is another one */
  private readPart(scope: Scope, id: string): Promise<boolean> {
    return this.db.transaction(scope, async () => {
      const audience = await this.repository.take(scope, id);
      if (audience?.state !== 'reading') return false;
      const body = await this.repository.takePart(scope, id, audience.nextPart);
      const read = rowsOf(audience, body);
      if ('code' in read) {
        await this.repository.finish(scope, id, read);
        return false;
      }
      await this.note(scope, audience, { ...read, bytes: body.length });
      if (!read.last) return true;
      await this.repository.finish(scope, id, null);
      return false;
    });
  }

  private async note(scope: Scope, audience: UnreadAudience, part: ReadPart & { bytes: number }): Promise<void> {
    let [matched, unlinked, refused] = [0, 0, 0];
    for (let from = 0; from < part.rows.length; from += LOOKED_UP_AT_ONCE) {
      const found = await this.find(scope, audience, part, part.rows.slice(from, from + LOOKED_UP_AT_ONCE));
      const { added, refusals } = await this.keep(scope, audience.id, found);
      matched += added.length;
      unlinked += added.filter((id) => id.startsWith('-')).length;
      refused += refusals;
    }
    const { bytes, layout, nextLine, rest } = part;
    const carry = rest.length > 0 ? rest : null;
    const step = { bytes, layout, nextLine, carry, rows: part.rows.length, matched, unlinked, refused };
    await this.repository.advance(scope, audience.id, step);
  }

  private async find(
    scope: Scope,
    { channelId }: UnreadAudience,
    { layout }: { layout: Layout | null },
    rows: CsvRow[],
  ): Promise<Found[]> {
    const named = rows.map(({ fields }) => (fields ? namedPerson(fields, layout ?? UNNAMED) : nobody('')));
    const values = (kind: NamedPerson['kind']) => named.flatMap((one) => (one.kind === kind ? [one.value] : []));
    const members = await this.members.find(scope, values('member'));
    const lineUsers =
      channelId === null
        ? new Map<string, string>()
        : await this.people.byLineUser(scope, channelId, values('lineUser'));
    return named.map((one, at) => {
      const person = { member: members, lineUser: lineUsers, nobody: undefined }[one.kind]?.get(one.value);
      return { row: rows[at]!, named: one, person };
    });
  }

  private async keep(scope: Scope, id: string, found: Found[]): Promise<{ added: string[]; refusals: number }> {
    const firsts = new Map<string, Found>();
    for (const one of found) if (one.person !== undefined && !firsts.has(one.person)) firsts.set(one.person, one);
    const added = await this.people.add(scope, id, [...firsts.keys()]);
    const refusals = found.flatMap((one): Refusal[] => {
      const { row, named, person } = one;
      if (person !== undefined && added.has(person) && firsts.get(person) === one) return [];
      return [{ line: row.line, reason: reasonOf(named, person), value: named.value }];
    });
    await this.repository.refuse(scope, id, refusals);
    return { added: [...added], refusals: refusals.length };
  }
}

interface ReadPart extends ReadRows {
  layout: Layout | null;
  last: boolean;
}

/** What the next part says, with what the one before has left. */
function rowsOf(audience: UnreadAudience, body: Buffer): ReadPart | AudienceProblem {
  const last = audience.nextPart + 1 === audience.parts;
  const text = textOf(audience, body);
  const read = csvRows(audience.carry ? Buffer.concat([audience.carry, text]) : text, audience.nextLine, last);
  const whole = read.rest.length > MOST_CARRIED ? csvRows(read.rest, read.nextLine, true) : undefined;
  const { rows, layout } = withoutNames(whole ? [...read.rows, ...whole.rows] : read.rows, audience.layout);
  if (audience.rows + rows.length > MOST_ROWS) return tooLong();
  return { ...(whole ?? read), rows, layout, last };
}

/** Without the row that names the columns, if there is one. */
function withoutNames(rows: CsvRow[], layout: Layout | null): { rows: CsvRow[]; layout: Layout | null } {
  const first = rows[0]?.fields;
  if (layout || !first) return { rows, layout };
  const named = layoutOf(first);
  return named ? { rows: rows.slice(1), layout: named } : { rows, layout: UNNAMED };
}

/** In UTF-8, without a byte order mark. */
function textOf({ encoding, nextPart }: UnreadAudience, body: Buffer): Buffer {
  if (encoding === 'utf-8' && nextPart > 0 && isUtf8(body)) return body;
  return Buffer.from(new TextDecoder(encoding ?? 'utf-8').decode(body), 'utf8');
}

function tooLong(): AudienceProblem {
  return { code: 'campaigns.audience_too_long', detail: `A file names at most ${MOST_ROWS} people.` };
}

function reasonOf(named: NamedPerson, person: string | undefined): Refusal['reason'] {
  if (named.kind === 'nobody') return named.reason;
  if (person !== undefined) return 'duplicate';
  return named.kind === 'member' ? 'unknown_member' : 'unknown_line_user';
}
