import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { AuditRepository } from './audit.repository.js';
import { masked } from './masked.js';

/** Who did what. Entries are only ever added; the database refuses the application to change or delete one. */
@Injectable()
export class Audit {
  constructor(private readonly repository: AuditRepository) {}

  /**
   * Writes an entry in the ambient transaction: it exists exactly if what it speaks of happened.
   * @param action `feature.verb`, such as `segments.created`
   * @param subject id of what it was done to
   * @param details without personal data; values of fields that are called like a secret are masked
   */
  async record(scope: Scope, action: string, subject: string, details: object = {}): Promise<void> {
    await this.repository.add(scope, action, subject, JSON.stringify(masked(details)));
  }
}
