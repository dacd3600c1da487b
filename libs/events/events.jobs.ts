import { ArrayMaxSize, IsBoolean, IsUUID, Matches } from 'class-validator';
import { defineFact } from '#jobs';

/** Members in one fact: as many as one request may post events of. */
export const MOST_MEMBERS_IN_A_FACT = 1_000;
/** Facts of at most so many share runs: those of single events. */
const FEW_MEMBERS = 100;
const ROW_ID = /^[1-9]\d{0,18}$/;

/** Events that were stored together, by whose they are; their bodies are read from `EventLog`. */
export class AcceptedEventsRef {
  @IsUUID() workspaceId: string;
  /** members.id of whose events were stored, each once; empty where they were nobody's. */
  @ArrayMaxSize(MOST_MEMBERS_IN_A_FACT) @Matches(ROW_ID, { each: true }) memberIds: string[];
  /** events.seq of the earliest of them. */
  @Matches(ROW_ID) fromSeq: string;
  /** Whether there were events of nobody, such as a restock, among them. */
  @IsBoolean() ofNobody: boolean;
}

/** Events were stored, in whatever batch; duplicates and refused ones are none. */
export const eventsAccepted = defineFact({
  name: 'events.accepted',
  payload: AcceptedEventsRef,
  together: { merge: mergeAccepted, isSmall: ({ memberIds }) => memberIds.length <= FEW_MEMBERS },
});

/** Read from the earliest of all on: who looks there again at what was told before finds nothing new. */
export function mergeAccepted(facts: readonly AcceptedEventsRef[]): AcceptedEventsRef[] {
  const [first] = facts;
  if (!first) return [];
  const { workspaceId } = first;
  const memberIds = [...new Set(facts.flatMap((fact) => fact.memberIds))];
  const fromSeq = facts.map((fact) => fact.fromSeq).reduce((least, seq) => (BigInt(seq) < BigInt(least) ? seq : least));
  const parts = Math.max(1, Math.ceil(memberIds.length / MOST_MEMBERS_IN_A_FACT));
  return Array.from({ length: parts }, (_, n) => ({
    workspaceId,
    memberIds: memberIds.slice(n * MOST_MEMBERS_IN_A_FACT, (n + 1) * MOST_MEMBERS_IN_A_FACT),
    fromSeq,
    ofNobody: n === 0 && facts.some((fact) => fact.ofNobody),
  }));
}
