import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Ceilings } from './ceilings.dto.js';
import type { Cap, QuietHours } from './workspaces.dto.js';

/** A tenant and its settings. */
@Entity('workspaces')
export class Workspace {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'text' })
  name: string;

  /** IANA name. */
  @Column({ name: 'time_zone', type: 'text' })
  timeZone: string;

  /** ISO 4217 code. */
  @Column({ type: 'text' })
  currency: string;

  @Column({ name: 'quiet_hours', type: 'jsonb', nullable: true })
  quietHours: QuietHours | null;

  @Column({ type: 'jsonb' })
  caps: Cap[];

  /** A campaign to more people waits for a second operator; null: none does. */
  @Column({ name: 'approval_above', type: 'integer', nullable: true })
  approvalAbove: number | null;

  @Column({ type: 'jsonb', nullable: true })
  ceilings: Ceilings | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
