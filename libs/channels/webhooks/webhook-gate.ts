import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '#config';
import { asUuid, notFound, type Clock } from '#kernel';
import { verifySignature } from '#line';
import { Credentials } from '../credentials.js';
import { ChannelsRepository } from '../channels.repository.js';
import { wrongSignature } from '../channels.errors.js';

interface Known {
  readAt: number;
  /** When a wrong signature last made us look again. */
  doubtedAt: number;
  /** A promise, so that requests that come together share one reading. */
  credentials: Promise<ChannelCredentials>;
}

interface ChannelCredentials {
  workspaceId: string;
  channelSecret: string;
}

/** How long a secret is used without looking again: the longest that another process takes to notice a deletion. */
const TRUSTED_MS = 5_000;
/** A wrong signature may mean a new secret, set in another process; a flood of them must not become one of queries. */
const DOUBT_EVERY_MS = 1_000;
const MOST_KNOWN = 10_000;

/** Lets through what LINE signed. */
@Injectable()
export class WebhookGate {
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly repository: ChannelsRepository,
    private readonly credentials: Credentials,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns the workspace of the channel. @throws AppError 404 for an unknown channel, 401 for a wrong signature */
  async admit(named: string, rawBody: Buffer, signature: string): Promise<string> {
    const channelId = asUuid(named);
    if (channelId === undefined) throw notFound('channel');
    const now = this.clock.now().getTime();
    const fresh = this.known.get(channelId);
    const known = fresh && Math.abs(now - fresh.readAt) < TRUSTED_MS ? fresh : this.read(channelId, now, -Infinity);
    const { workspaceId, channelSecret } = await known.credentials;
    if (verifySignature(rawBody, channelSecret, signature)) return workspaceId;
    if (known !== fresh || Math.abs(now - known.doubtedAt) < DOUBT_EVERY_MS) throw wrongSignature();
    const renewed = await this.read(channelId, now, now).credentials;
    if (!verifySignature(rawBody, renewed.channelSecret, signature)) throw wrongSignature();
    return renewed.workspaceId;
  }

  /** Looks again the next time; for whoever has just changed a channel. */
  forget(channelId: string): void {
    this.known.delete(channelId);
  }

  private read(channelId: string, readAt: number, doubtedAt: number): Known {
    const known: Known = { readAt, doubtedAt, credentials: this.find(channelId) };
    if (this.known.size >= MOST_KNOWN) this.known.clear();
    this.known.set(channelId, known);
    // What is not there is not kept: anybody can ask for any id.
    const forget = () => {
      if (this.known.get(channelId) === known) this.forget(channelId);
    };
    known.credentials.then(undefined, forget);
    return known;
  }

  /** @throws AppError 404 */
  private async find(channelId: string): Promise<ChannelCredentials> {
    const workspaceId = await this.repository.workspaceOf(null, channelId);
    const sealed = workspaceId ? await this.repository.sealed({ workspaceId }, channelId) : undefined;
    if (!workspaceId || !sealed) throw notFound('channel');
    return { workspaceId, channelSecret: this.credentials.channelSecret({ workspaceId }, sealed) };
  }
}
