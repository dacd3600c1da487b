import { Injectable } from '@nestjs/common';
import { Channels } from '#channels';
import { AppError, invalid, toInstant, type FieldError, type Scope } from '#kernel';
import { MessageContent } from '#messages';
import { parseRule, Segments } from '#segments';
import { ruleOf, type CampaignAudience } from './audience-rule.js';
import { AudiencesRepository } from './audiences/audiences.repository.js';
import type { CreateCampaignDto, UpdateCampaignDto } from './campaigns.dto.js';
import type { Campaign, CampaignContent } from './campaigns.repository.js';
import { optionsWith, variantsOf, type CampaignOptions } from './options/campaign-options.js';
import { assertOccurs } from './repeating/occurrences.js';
import type { Repetition, RepetitionDto } from './repeating/repetition.js';

/**
 * What a marketer writes, checked against everything it names. To be called in the transaction that writes it, which
 * keeps its segments and its audience from being deleted meanwhile.
 */
@Injectable()
export class CampaignContents {
  constructor(
    private readonly channels: Channels,
    private readonly segments: Segments,
    private readonly audiences: AudiencesRepository,
  ) {}

  /** @throws AppError 400 naming every offending place */
  async read(scope: Scope, id: string, dto: CreateCampaignDto): Promise<CampaignContent> {
    const audience = { ...audienceOf(dto), excludeSegmentIds: dto.excludeSegmentIds ?? [] };
    const unit = dto.unit ?? defaultUnit(id);
    const contents = contentsOf(unit, dto, NOTHING_WRITTEN);
    const options = optionsWith({}, dto);
    await this.check(scope, dto, { audience, options, ...contents });
    return {
      ...audience,
      ...contents,
      options,
      name: dto.name,
      channelId: dto.channelId,
      role: dto.role ?? null,
      class: dto.class ?? 'promotional',
      unit,
      sendAt: typeof dto.sendAt === 'string' ? toInstant(dto.sendAt) : null,
      undoSeconds: dto.undoSeconds ?? 0,
      repeat: repetitionOf(dto.repeat) ?? null,
    };
  }

  /** Absent fields stay; whom it names is one of several, of which the new one takes the old one's place; `null` clears. */
  async changed(scope: Scope, before: Campaign, dto: UpdateCampaignDto): Promise<CampaignContent> {
    const { name, channelId, sendAt } = dto;
    const named = dto.segmentId ?? dto.rule ?? dto.segmentIds ?? dto.audienceId;
    const audience = {
      ...(named === undefined ? wordsOf(before) : audienceOf(dto)),
      excludeSegmentIds: dto.excludeSegmentIds ?? before.excludeSegmentIds,
    };
    const unit = dto.unit === undefined ? before.unit : (dto.unit ?? defaultUnit(before.id));
    const contents = contentsOf(unit, dto, before);
    const options = optionsWith(before.options, dto);
    await this.check(scope, dto, { audience, options, ...contents });
    const repeat = repetitionOf(dto.repeat);
    return {
      ...audience,
      ...contents,
      options,
      name: name ?? before.name,
      channelId: channelId ?? before.channelId,
      role: dto.role === undefined ? before.role : dto.role,
      class: dto.class ?? before.class,
      unit,
      sendAt: sendAt === undefined ? before.sendAt : sendAt === null ? null : toInstant(sendAt),
      undoSeconds: dto.undoSeconds ?? before.undoSeconds,
      repeat: repeat === undefined ? before.repeat : repeat,
    };
  }

  private async check(scope: Scope, dto: UpdateCampaignDto, asWhole: Whole): Promise<void> {
    const { channelId, messages, variants, repeat } = dto;
    const checks: (() => unknown)[] = [
      async () => {
        if (channelId === undefined || (await this.channels.exists(scope, channelId))) return;
        throw missing('/channelId', 'channel');
      },
      ...this.audienceChecks(scope, dto, asWhole.audience),
      () => messages !== undefined && MessageContent.read(messages, '/messages'),
      ...(variants ?? []).map((one, i) => () => MessageContent.read(one.messages, `/variants/${i}/messages`)),
      () => assertTogether(asWhole),
      () => repeat && assertOccurs({ cron: repeat.cron, until: null }, scope.clock.now(), '/repeat/cron'),
    ];
    const errors: FieldError[] = [];
    for (const check of checks) errors.push(...(await refusalsOf(check)));
    if (errors.length > 0) throw invalid(errors);
  }

  private audienceChecks(scope: Scope, dto: UpdateCampaignDto, audience: CampaignAudience): (() => unknown)[] {
    const { segmentId, rule, segmentIds = [], audienceId, excludeSegmentIds = [] } = dto;
    const named: [string, string][] = [
      ...(segmentId === undefined ? [] : [['/segmentId', segmentId] as [string, string]]),
      ...segmentIds.map((id, at): [string, string] => [`/segmentIds/${at}`, id]),
      ...excludeSegmentIds.map((id, at): [string, string] => [`/excludeSegmentIds/${at}`, id]),
    ];
    return [
      ...named.map(
        ([path, id]) =>
          () =>
            this.holdSegment(scope, path, id),
      ),
      async () => {
        if (audienceId === undefined || (await this.audiences.hold(scope, audienceId))) return;
        throw missing('/audienceId', 'audience');
      },
      async () => {
        if (rule !== undefined) await this.segments.read(scope, rule, '/rule');
        assertFits(audience);
      },
    ];
  }

  private async holdSegment(scope: Scope, path: string, id: string): Promise<void> {
    try {
      await this.segments.hold(scope, id);
    } catch (error) {
      if (!(error instanceof AppError) || error.status !== 404) throw error;
      throw missing(path, 'segment');
    }
  }
}

/** What a campaign comes to be, whatever of it was said now. */
interface Whole extends Contents {
  audience: CampaignAudience;
  options: CampaignOptions;
}

type Contents = Pick<CampaignContent, 'messages' | 'variants'>;

const NOTHING_WRITTEN: Contents = { messages: [], variants: null };

/** New messages take the place of variants, and the other way round. */
function contentsOf(unit: string, { messages, variants }: UpdateCampaignDto, before: Contents): Contents {
  if (messages) return { messages, variants: null };
  if (variants) return { messages: variants[0]!.messages, variants: variantsOf(unit, variants) };
  const kept = variants === undefined ? before.variants : null;
  const written = kept?.map((one) => ({ ...one, messages: [...one.messages] }));
  return { messages: before.messages, variants: written ? variantsOf(unit, written) : null };
}

/** What cannot be had together. */
function assertTogether({ options: { test, canary }, variants }: Whole): void {
  const errors: FieldError[] = [];
  if (test && !variants) errors.push({ path: '/test', detail: 'needs variants to compare' });
  if (canary && (variants || test))
    errors.push({
      path: '/canary',
      detail: 'cannot be had beside variants: a part of the people goes first for one reason',
    });
  if (errors.length > 0) throw invalid(errors);
}

function audienceOf(dto: UpdateCampaignDto): Omit<CampaignAudience, 'excludeSegmentIds'> {
  const { segmentId = null, rule = null, segmentIds = null, audienceId = null } = dto;
  return { segmentId, rule, segmentIds, audienceId };
}

function wordsOf({ segmentId, rule, segmentIds, audienceId }: CampaignAudience) {
  return { segmentId, rule, segmentIds, audienceId };
}

/** Undefined where nothing is said of it. */
function repetitionOf(dto: RepetitionDto | null | undefined): Repetition | null | undefined {
  return dto && { cron: dto.cron, until: dto.until ?? null };
}

/** A rule may be as large as rules may be, and then there is no room for leaving anybody out. */
function assertFits(audience: CampaignAudience): void {
  const rule = ruleOf(audience);
  if (audience.excludeSegmentIds.length === 0 || !rule || !audience.rule) return;
  try {
    parseRule(rule, '');
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const detail = 'is too large for segments to be left out of it; make a segment of it and name that';
    throw invalid([{ path: '/rule', detail }]);
  }
}

function missing(path: string, what: string): AppError {
  return invalid([{ path, detail: `names no ${what} of this workspace` }]);
}

/** The places a check refuses, so that all checks can be told at once. */
async function refusalsOf(check: () => unknown): Promise<FieldError[]> {
  try {
    await check();
    return [];
  } catch (error) {
    if (error instanceof AppError && error.status === 400 && error.extra.errors) return error.extra.errors;
    throw error;
  }
}

/** An id has 32 hex digits, a unit's name 30 characters; in base 36 it has 25. */
export function defaultUnit(id: string): string {
  return `c_${BigInt(`0x${id.replaceAll('-', '')}`).toString(36)}`;
}
