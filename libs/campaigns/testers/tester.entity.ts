import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Somebody who gets the tests of campaigns where nobody is named. */
@Entity('campaign_testers')
export class TesterRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('text')
  kind: 'member' | 'line_user';

  /** The company's own id, or LINE's. */
  @PrimaryColumn('text', { collation: 'C' })
  id: string;

  /** Their place in the list. */
  @Column('smallint')
  position: number;
}
