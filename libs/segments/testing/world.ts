import type { RuleNode } from '../rules/rule-node.js';

export type Plain = Record<string, unknown>;

export interface WorldLink {
  channelId: string;
  lineUserId: string;
  role: 'contractor' | 'user' | 'member';
  linkedAt: string;
  ended: boolean;
}

export interface WorldMember {
  externalId: string;
  rank?: string;
  birthMonth?: number;
  birthDate?: string;
  registeredAt?: string;
  tags: string[];
  attributes: Record<string, unknown>;
  links: WorldLink[];
}

export interface WorldLine {
  productId: string;
  category?: string;
  quantity: number;
  unitPrice: number;
}

export interface WorldEvent {
  id: string;
  type: 'purchase' | 'refund' | 'visit' | 'browse';
  memberId: string;
  occurredAt: string;
  orderId?: string;
  total?: number;
  lines?: WorldLine[];
  storeId?: string;
  url?: string;
  productId?: string;
  category?: string;
}

/** What was posted about a small workspace, in the order of its arrival. */
export interface World {
  timeZone: string;
  decimals: number;
  members: WorldMember[];
  events: WorldEvent[];
  friendStates: Map<string, 'friend' | 'blocked' | 'none'>;
  segments: Map<string, RuleNode>;
}
