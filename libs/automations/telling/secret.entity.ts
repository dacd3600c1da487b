import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a workspace's webhooks are signed with. */
@Entity('journey_secrets')
export class JourneySecretRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @Column('bytea')
  secret: Buffer;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
