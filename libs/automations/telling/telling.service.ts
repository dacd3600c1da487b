import { Injectable } from '@nestjs/common';
import { Config } from '#config';
import { derivedId, type Scope } from '#kernel';
import { PreparedJourneys } from '../advancing/prepared-journeys.js';
import type { TellRef } from '../automations.jobs.js';
import { postPublic } from './public-request.js';
import { TellingRepository } from './telling.repository.js';
import { WebhookSecrets } from './webhook-secrets.service.js';

const DEADLINE_MS = 10_000;

/** Tells other systems that runs came to their webhook steps: at least once, each time with the same id. */
@Injectable()
export class Telling {
  constructor(
    private readonly repository: TellingRepository,
    private readonly journeys: PreparedJourneys,
    private readonly secrets: WebhookSecrets,
    private readonly config: Config,
  ) {}

  /** @throws Error where it was not taken, to be tried again; AppError where that would be in vain */
  async tell(scope: Scope, ref: TellRef): Promise<void> {
    const run = await this.repository.find(scope, ref);
    if (!run) return;
    const { prepared } = await this.journeys.get(scope, run.journeyId, run.version);
    const step = prepared.definition.steps.find(({ id }) => id === ref.stepId);
    if (step?.kind !== 'webhook') throw new Error(`Step ${ref.stepId} is no webhook.`);
    const id = derivedId(scope.workspaceId, 'journey-webhook', ref.runId, String(ref.number));
    const body = JSON.stringify({
      id,
      type: 'journey.step',
      journey: { id: run.journeyId, name: run.journey, version: run.version },
      runId: ref.runId,
      step: step.id,
      memberId: run.memberId,
      at: new Date(run.at).toISOString(),
      event: { type: run.startType, occurredAt: run.startAt.toISOString(), ...run.startBody },
    });
    const signature = await this.secrets.sign(scope, body);
    const status = await postPublic({
      url: step.url,
      body,
      headers: {
        'content-type': 'application/json',
        'idempotency-key': id,
        ...(signature !== undefined && { 'x-tsunagi-signature': signature }),
      },
      deadline: DEADLINE_MS,
      allowPrivate: this.config.privateWebhooks,
    });
    if (status < 200 || status > 299) throw new Error(`The webhook was answered ${status}.`);
  }
}
