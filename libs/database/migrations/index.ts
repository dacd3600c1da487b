import { Workspaces0001 } from './0001-workspaces.js';
import { Outbox0002 } from './0002-outbox.js';
import { Channels0003 } from './0003-channels.js';
import { Members0004 } from './0004-members.js';
import { Events0005 } from './0005-events.js';
import { Sending0006 } from './0006-sending.js';
import { Operators0007 } from './0007-operators.js';
import { LinkAttempts0008 } from './0008-link-attempts.js';
import { SignIn0009 } from './0009-sign-in.js';
import { UserCodes0010 } from './0010-user-codes.js';
import { LinkRules0011 } from './0011-link-rules.js';
import { LinkSessions0012 } from './0012-link-sessions.js';
import { RichMenus0013 } from './0013-rich-menus.js';
import { EventFacts0014 } from './0014-event-facts.js';
import { LiveSegments0015 } from './0015-live-segments.js';
import { Journeys0016 } from './0016-journeys.js';
import { Products0017 } from './0017-products.js';
import { MenuChoices0019 } from './0019-menu-choices.js';
import { CampaignAudiences0020 } from './0020-campaign-audiences.js';
import { LedgerOfPages0021 } from './0021-ledger-of-pages.js';
import { Limits0022 } from './0022-limits.js';
import { CampaignChoices0023 } from './0023-campaign-choices.js';
import { SharedRuns0024 } from './0024-shared-runs.js';
import { Pasts0025 } from './0025-pasts.js';
import { HotPaths0026 } from './0026-hot-paths.js';
import { LinkingLimits0027 } from './0027-linking-limits.js';
import { Attention0030 } from './0030-attention.js';
import { LedgerRetention0031 } from './0031-ledger-retention.js';
import { JourneysOverTime0034 } from './0034-journeys-over-time.js';

/** In the order they run; a new one goes to the end. */
export const migrations = [
  Workspaces0001,
  Outbox0002,
  Channels0003,
  Members0004,
  Events0005,
  Sending0006,
  Operators0007,
  LinkAttempts0008,
  SignIn0009,
  UserCodes0010,
  LinkRules0011,
  LinkSessions0012,
  RichMenus0013,
  EventFacts0014,
  LiveSegments0015,
  Journeys0016,
  Products0017,
  MenuChoices0019,
  CampaignAudiences0020,
  LedgerOfPages0021,
  Limits0022,
  CampaignChoices0023,
  SharedRuns0024,
  Pasts0025,
  HotPaths0026,
  LinkingLimits0027,
  Attention0030,
  LedgerRetention0031,
  JourneysOverTime0034,
];
