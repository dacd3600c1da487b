import { Inject, Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { CLOCK } from '#config';
import { Database } from '#database';
import { decodeCursor, toPage, type Page, type PageQuery } from '#http';
import { newId, notFound, type Clock, type Scope } from '#kernel';
import type { ApiKeyDto, CreateApiKeyDto, CreatedApiKeyDto } from './api-keys.dto.js';
import { ApiKeysRepository, type KeyRow } from './api-keys.repository.js';
import { newToken, tokenHash } from './bearer-token.js';
import { BriefCache } from './brief-cache.js';
import { assertGrantable, heldPermits } from './permits.js';

const PREFIX = 'tsu_';

/** The keys of a workspace: 256 random bits each, stored as SHA-256, shown once. */
@Injectable()
export class ApiKeys {
  private readonly scopes: BriefCache<Scope>;

  constructor(
    private readonly repository: ApiKeysRepository,
    private readonly audit: Audit,
    private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.scopes = new BriefCache(clock);
  }

  /** The scope of a key's holder. A key revoked by this process is refused at once, by another after five seconds. */
  async authenticate(bearer: string): Promise<Scope | undefined> {
    if (!bearer.startsWith(PREFIX)) return undefined;
    const hash = tokenHash(bearer);
    return this.scopes.get(hash.toString('base64'), () => this.load(hash));
  }

  /**
   * Makes a key that can do no more than the one that asks for it.
   * @throws AppError 400 for permits that do not exist, 403 for one that the asking key lacks
   */
  create(scope: Scope, request: CreateApiKeyDto): Promise<CreatedApiKeyDto> {
    assertGrantable(scope, request.permits);
    return this.grant(scope, request);
  }

  /** Makes a key, whoever asks. */
  grant(scope: Scope, { name, permits }: CreateApiKeyDto): Promise<CreatedApiKeyDto> {
    const key = newToken(PREFIX);
    const row: KeyRow = { id: newId(), name, permits, createdAt: scope.clock.now() };
    return this.db.transaction(scope, async () => {
      await this.repository.add(scope, { ...row, keyHash: tokenHash(key) });
      await this.audit.record(scope, 'workspaces.key_created', row.id, { name, permits });
      return Object.assign(shown(row), { key });
    });
  }

  async list(scope: Scope, { limit, cursor }: PageQuery): Promise<Page<ApiKeyDto>> {
    const [after] = cursor === undefined ? [] : decodeCursor(cursor, 'uuid');
    return toPage(await this.repository.list(scope, limit + 1, after), limit, shown, ({ id }) => [id]);
  }

  /** @throws AppError 404 for a key that is not there or was revoked before */
  revoke(scope: Scope, id: string): Promise<void> {
    return this.db.transaction(scope, async () => {
      if (!(await this.repository.revoke(scope, id, scope.clock.now()))) throw notFound('api-key');
      await this.audit.record(scope, 'workspaces.key_revoked', id);
      this.db.afterCommit(async () => this.forget());
    });
  }

  /** Keys or settings have changed. */
  forget(): void {
    this.scopes.clear();
  }

  private async load(hash: Buffer): Promise<Scope | undefined> {
    const found = await this.repository.lookup(null, hash);
    if (!found) return undefined;
    const { workspaceId, id, permits, timeZone, currency } = found;
    return {
      workspaceId,
      actor: { kind: 'api-key', id },
      permits: heldPermits(permits),
      timeZone,
      currency,
      clock: this.clock,
    };
  }
}

function shown({ id, name, permits, createdAt }: KeyRow): ApiKeyDto {
  return { id, name, permits, createdAt: createdAt.toISOString() };
}
