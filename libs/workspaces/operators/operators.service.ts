import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import { decodeCursor, toPage, type Page, type PageQuery } from '#http';
import { newId, notFound, type Scope } from '#kernel';
import { assertGrantable, assertHolds } from '../permits.js';
import type { CreateOperatorDto, OperatorDto } from './operators.dto.js';
import { emailTaken, lastWriter } from './operators.errors.js';
import { OperatorsRepository, type OperatorRow } from './operators.repository.js';
import { Passwords } from './passwords.js';
import { Sessions } from './sessions.service.js';

/** The people who sign in to a workspace. */
@Injectable()
export class Operators {
  constructor(
    private readonly repository: OperatorsRepository,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly audit: Audit,
    private readonly db: Database,
  ) {}

  /**
   * Makes an operator who can do no more than the one who asks.
   * @throws AppError 400 for permits that do not exist, 403 for one that the asker lacks, 409 for a taken e-mail address
   */
  async create(scope: Scope, { email, name, password, permits }: CreateOperatorDto): Promise<OperatorDto> {
    assertGrantable(scope, permits);
    // Before the transaction: nobody waits for a turn with a connection in hand.
    const passwordHash = await this.passwords.hash(password);
    const row: OperatorRow = { id: newId(), email, name, permits, createdAt: scope.clock.now() };
    return this.db.transaction(scope, async () => {
      if (!(await this.repository.add(scope, { ...row, passwordHash }))) throw emailTaken();
      await this.audit.record(scope, 'operators.created', row.id, { permits });
      return shown(row);
    });
  }

  async list(scope: Scope, { limit, cursor }: PageQuery): Promise<Page<OperatorDto>> {
    const [after] = cursor === undefined ? [] : decodeCursor(cursor, 'uuid');
    return toPage(await this.repository.list(scope, limit + 1, after), limit, shown, ({ id }) => [id]);
  }

  /**
   * Ends an operator's sessions and lets nobody in any more; the e-mail address is free again.
   * @throws AppError 404; 403 for one who may do what the asker may not; 409 for the last who can let others in
   */
  disable(scope: Scope, id: string): Promise<void> {
    return this.db.transaction(scope, async () => {
      const writers = await this.repository.holdWriters(scope);
      const operator = await this.repository.find(scope, id);
      if (!operator) throw notFound('operator');
      assertHolds(scope, operator.permits);
      if (writers.length === 1 && writers[0] === id) throw lastWriter();
      const at = scope.clock.now();
      if (!(await this.repository.disable(scope, id, at))) throw notFound('operator');
      await this.sessions.endAllOf(scope, id, at);
      await this.audit.record(scope, 'operators.disabled', id);
    });
  }
}

function shown({ id, email, name, permits, createdAt }: OperatorRow): OperatorDto {
  return { id, email, name, permits, createdAt: createdAt.toISOString() };
}
