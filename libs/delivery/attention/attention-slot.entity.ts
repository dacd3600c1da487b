import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { SendClass } from '../ledger/send.entity.js';

/** One message that a member is sent or may be: what caps count. Written and read by SQL only. */
@Entity('attention_slots')
@Index('attention_slots_by_send', { synchronize: false })
export class AttentionSlotRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('bigint', { name: 'member_id' })
  memberId: string;

  @PrimaryColumn('uuid', { name: 'send_id' })
  sendId: string;

  @Column('text')
  class: SendClass;

  /** The send's declared value: a higher one takes the slot of a lower one that has not been used. */
  @Column('integer')
  value: number;

  /** When it was taken, then when its request left. */
  @Column('timestamptz')
  at: Date;

  @Column('boolean', { default: false })
  used: boolean;
}
