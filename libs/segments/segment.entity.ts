import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RuleNode } from './rules/rule-node.js';

/** A rule under a name. */
@Entity('segments')
export class SegmentRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  name: string;

  @Column('jsonb')
  rule: RuleNode;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
