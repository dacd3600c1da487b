import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import { newSecret, notFound, type Scope } from '#kernel';
import type { TrackingDto, TrackingWriteDto } from './settings.dto.js';
import { TrackingSettingsRepository } from './settings.repository.js';

/** 128 bits. The key is no secret, but nobody should come upon another's by chance. */
const KEY_BYTES = 16;

@Injectable()
export class TrackingSettingsService {
  constructor(
    private readonly db: Database,
    private readonly repository: TrackingSettingsRepository,
    private readonly audit: Audit,
  ) {}

  async get(scope: Scope): Promise<TrackingDto> {
    return (await this.repository.find(scope)) ?? { enabled: false, origins: [], key: null };
  }

  /** The first time it also makes the key. */
  put(scope: Scope, settings: TrackingWriteDto): Promise<TrackingDto> {
    return this.db.transaction(scope, async () => {
      const { enabled, origins } = settings;
      await this.audit.record(scope, 'tracking.updated', scope.workspaceId, { enabled, origins });
      return this.repository.put(scope, { enabled, origins, key: newSecret(KEY_BYTES) });
    });
  }

  /** What the pages have now is nobody's from then on. @throws AppError 404 where there is none yet */
  replaceKey(scope: Scope): Promise<TrackingDto> {
    return this.db.transaction(scope, async () => {
      const settings = await this.repository.replaceKey(scope, newSecret(KEY_BYTES));
      if (!settings) throw notFound('tracking-key');
      await this.audit.record(scope, 'tracking.key_replaced', scope.workspaceId);
      return settings;
    });
  }
}
