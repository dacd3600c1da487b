import { Entity, Index, PrimaryColumn } from 'typeorm';

/** A name under which a workspace's pages are reached. */
@Entity('link_hosts')
@Index('link_hosts_once', ['host'], { unique: true })
export class LinkHostRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn({ type: 'text', collation: 'C' })
  host: string;
}
