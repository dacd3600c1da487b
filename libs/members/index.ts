export { FitsIndex, IsPlausible } from './member-fields.js';
export type { Ties } from './members.repository.js';
export { MembersHttpModule, MembersModule } from './members.module.js';
export { Members } from './members.service.js';
export { MemberDto, Rejection } from './profiles/member.dto.js';
export { ProfileDto } from './profiles/profile.dto.js';
export { Profiles } from './profiles/profiles.service.js';
export { MemberSummaries } from './summaries/member-summaries.repository.js';
export type { AddedTo, PurchaseSummary, SummaryAddition } from './summaries/summary.js';
