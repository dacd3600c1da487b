import { Injectable } from '@nestjs/common';
import { Channels } from '#channels';
import { AppError, invalid, toInstant, type Scope } from '#kernel';
import { MessageContent } from '#messages';
import { Segments } from '#segments';
import type { CreateCampaignDto, UpdateCampaignDto } from './campaigns.dto.js';
import type { Campaign, CampaignContent } from './campaigns.repository.js';

/**
 * What a marketer writes, checked against everything it names. To be called in the transaction that writes it, which
 * keeps its segment from being deleted meanwhile.
 */
@Injectable()
export class CampaignContents {
  constructor(
    private readonly channels: Channels,
    private readonly segments: Segments,
  ) {}

  /** @throws AppError 400 naming every offending place */
  async read(scope: Scope, id: string, dto: CreateCampaignDto): Promise<CampaignContent> {
    await this.check(scope, dto);
    return {
      name: dto.name,
      channelId: dto.channelId,
      segmentId: dto.segmentId ?? null,
      rule: dto.rule ?? null,
      role: dto.role ?? null,
      messages: dto.messages,
      class: dto.class ?? 'promotional',
      unit: dto.unit ?? defaultUnit(id),
      sendAt: typeof dto.sendAt === 'string' ? toInstant(dto.sendAt) : null,
    };
  }

  /** Absent fields stay; a segment takes the place of a rule and the other way round; `null` clears. */
  async changed(scope: Scope, before: Campaign, dto: UpdateCampaignDto): Promise<CampaignContent> {
    await this.check(scope, dto);
    const { name, channelId, messages, sendAt, unit } = dto;
    const audience =
      (dto.segmentId ?? dto.rule) ? { segmentId: dto.segmentId ?? null, rule: dto.rule ?? null } : before;
    return {
      name: name ?? before.name,
      channelId: channelId ?? before.channelId,
      segmentId: audience.segmentId,
      rule: audience.rule,
      role: dto.role === undefined ? before.role : dto.role,
      messages: messages ?? before.messages,
      class: dto.class ?? before.class,
      unit: unit === undefined ? before.unit : (unit ?? defaultUnit(before.id)),
      sendAt: sendAt === undefined ? before.sendAt : sendAt === null ? null : toInstant(sendAt),
    };
  }

  private async check(scope: Scope, { channelId, segmentId, rule, messages }: UpdateCampaignDto): Promise<void> {
    const checks = [
      async () => {
        if (channelId === undefined || (await this.channels.exists(scope, channelId))) return;
        throw invalid([{ path: '/channelId', detail: 'names no channel of this workspace' }]);
      },
      async () => {
        if (segmentId !== undefined) await this.holdSegment(scope, segmentId);
      },
      async () => {
        if (rule !== undefined) await this.segments.read(scope, rule, '/rule');
      },
      async () => {
        if (messages !== undefined) MessageContent.read(messages, '/messages');
      },
    ];
    const errors = [];
    for (const check of checks) errors.push(...(await refusalsOf(check)));
    if (errors.length > 0) throw invalid(errors);
  }

  private async holdSegment(scope: Scope, id: string): Promise<void> {
    try {
      await this.segments.hold(scope, id);
    } catch (error) {
      if (!(error instanceof AppError) || error.status !== 404) throw error;
      throw invalid([{ path: '/segmentId', detail: 'names no segment of this workspace' }]);
    }
  }
}

/** The places a check refuses, so that all checks can be told at once. */
async function refusalsOf(check: () => Promise<void>) {
  try {
    await check();
    return [];
  } catch (error) {
    if (error instanceof AppError && error.status === 400 && error.extra.errors) return error.extra.errors;
    throw error;
  }
}

/** An id has 32 hex digits, a unit's name 30 characters; in base 36 it has 25. */
function defaultUnit(id: string): string {
  return `c_${BigInt(`0x${id.replaceAll('-', '')}`).toString(36)}`;
}
