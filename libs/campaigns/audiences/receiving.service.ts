import { isUtf8 } from 'node:buffer';
import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Channels } from '#channels';
import { Database } from '#database';
import { Jobs } from '#jobs';
import { invalid, newId, notFound, type Scope } from '#kernel';
import { forgetAudience, readAudience } from '../campaigns.jobs.js';
import type { FileEncoding } from './audience.entity.js';
import { audienceTooLarge, audienceUnreadable, tooManyAudiences } from './audiences.errors.js';
import { AudiencesRepository, type Audience } from './audiences.repository.js';
import { Audiences } from './audiences.service.js';

/** A million rows of the longest ids there are in most companies' files, and much besides. */
export const MOST_BYTES = 200 * 1024 * 1024;
/** Of one row in the table; also what a request holds in memory. */
const PART_BYTES = 1024 * 1024;
/** Audiences of a workspace that are not read yet. */
const MOST_UNFINISHED = 5;
/** A sender who has not come to the end by then will not. */
const GIVEN_UP_AFTER_MS = 3_600_000;

const [LINE_FEED, CARRIAGE_RETURN] = [10, 13];
const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Takes in files of people as they come, a part at a time; nothing of them is looked at but where lines end. */
@Injectable()
export class AudienceReceiving {
  constructor(
    private readonly db: Database,
    private readonly repository: AudiencesRepository,
    private readonly channels: Channels,
    private readonly jobs: Jobs,
    private readonly audit: Audit,
    private readonly audiences: Audiences,
  ) {}

  /**
   * @param wanted `channelId`: whose LINE users may be named; default: the workspace's only channel
   * @param length as declared; 0 where it was not
   * @throws AppError 400, 409 while too many are being read, 413
   */
  async receive(
    scope: Scope,
    wanted: { name: string; channelId?: string },
    { bytes, length }: { bytes: AsyncIterable<Buffer>; length: number },
  ): Promise<Audience> {
    if (length > MOST_BYTES) throw audienceTooLarge(MOST_BYTES);
    const id = newId();
    await this.begin(scope, { id, name: wanted.name, channelId: await this.channelOf(scope, wanted.channelId) });
    const encoding = await this.storeOrForget(scope, id, bytes);
    return this.db.transaction(scope, async () => {
      await this.repository.received(scope, id, encoding);
      await this.jobs.enqueue(scope, readAudience, { workspaceId: scope.workspaceId, audienceId: id });
      await this.audit.record(scope, 'campaigns.audience_uploaded', `audiences/${id}`, { name: wanted.name });
      const audience = await this.repository.find(scope, id);
      if (!audience) throw notFound('audience');
      return audience;
    });
  }

  private async begin(scope: Scope, audience: { id: string; name: string; channelId: string | null }): Promise<void> {
    await this.db.transaction(scope, async () => {
      await this.repository.claim(scope);
      if ((await this.repository.unfinished(scope)) >= MOST_UNFINISHED) throw tooManyAudiences(MOST_UNFINISHED);
      await this.repository.add(scope, { ...audience, state: 'receiving' });
      const dueAt = new Date(scope.clock.now().getTime() + GIVEN_UP_AFTER_MS);
      const ref = { workspaceId: scope.workspaceId, audienceId: audience.id };
      await this.jobs.enqueue(scope, forgetAudience, ref, { dueAt });
    });
  }

  private async channelOf(scope: Scope, given: string | undefined): Promise<string | null> {
    if (given === undefined) {
      const some = await this.channels.list(scope, 2);
      return some.length === 1 ? some[0]!.id : null;
    }
    if (await this.channels.exists(scope, given)) return given;
    throw invalid([{ path: '/channelId', detail: 'names no channel of this workspace' }]);
  }

  /** Of what did not come in whole nothing stays. */
  private async storeOrForget(scope: Scope, id: string, bytes: AsyncIterable<Buffer>): Promise<FileEncoding> {
    try {
      return await this.store(scope, id, bytes);
    } catch (error) {
      await this.audiences.forget(scope, id);
      throw error;
    }
  }

  private async store(scope: Scope, id: string, bytes: AsyncIterable<Buffer>): Promise<FileEncoding> {
    let [number, received, marked, utf8] = [0, 0, false, true];
    for await (const body of wholeLines(bytes)) {
      received += body.length;
      if (received > MOST_BYTES) throw audienceTooLarge(MOST_BYTES);
      if (number === 0) marked = body.subarray(0, 3).equals(UTF8_MARK);
      utf8 &&= isUtf8(body);
      await this.repository.addPart(scope, id, number, body);
      number += 1;
    }
    if (number === 0) throw audienceUnreadable('The file is empty.');
    return marked || utf8 ? 'utf-8' : 'shift_jis';
  }
}

/**
 * The same bytes in parts that end with a line, whose ends look the same in UTF-8 and in CP932 and are never half of a
 * character.
 * @throws AppError 400 for a line that is longer than a part
 */
async function* wholeLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    chunks.push(chunk);
    length += chunk.length;
    if (length < PART_BYTES) continue;
    const part = Buffer.concat(chunks);
    const end = endOfLines(part);
    if (end === 0) throw audienceUnreadable(`A line of the file is longer than ${PART_BYTES} bytes.`);
    yield part.subarray(0, end);
    chunks = [part.subarray(end)];
    length -= end;
  }
  if (length > 0) yield Buffer.concat(chunks);
}

/** Behind the last end of a line; 0 where there is none. */
function endOfLines(part: Buffer): number {
  const lineFeed = part.lastIndexOf(LINE_FEED);
  // A carriage return at the very end may be the first half of one.
  return (lineFeed < 0 ? part.lastIndexOf(CARRIAGE_RETURN, -2) : lineFeed) + 1;
}
