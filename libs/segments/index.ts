export { conditions, type Condition } from './conditions/all-conditions.js';
export { IsMoment, toMoment } from './conditions/moment.js';
export { parseRule } from './rules/parse-rule.js';
export { IsRule, type RuleNode } from './rules/rule-node.js';
export type { FindSegmentReferrers } from './definitions.service.js';
export type { SegmentReferrer } from './segments.errors.js';
export { SegmentsHttpModule, SegmentsModule } from './segments.module.js';
export type { Segment } from './segments.repository.js';
export { Segments } from './segments.service.js';
