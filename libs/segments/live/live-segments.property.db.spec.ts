import { afterAll, beforeAll, describe, it } from '@jest/globals';
import fc from 'fast-check';
import { ChannelsHttpModule, ChannelsJobsModule } from '#channels';
import { EventsHttpModule } from '#events';
import { currencyDecimals } from '#kernel';
import { LinkingHttpModule, LinkingJobsModule } from '#linking';
import { MembersHttpModule } from '#members';
import { createTestApp, type TestApp } from '#testing';
import { SegmentsHttpModule, SegmentsJobsModule } from '../segments.module.js';
import { randomHappenings } from '../testing/happening.js';
import { HeardChangesModule } from '../testing/heard-changes.js';
import { LiveStory } from '../testing/live-story.js';

/** How many stories are told in each time zone; more for a night. */
const STORIES = Number(process.env.LIVE_SEGMENTS_PROPERTY_RUNS ?? 4);

describe.each([
  { timeZone: 'Asia/Tokyo', currency: 'JPY', seed: 21 },
  { timeZone: 'America/New_York', currency: 'USD', seed: 22 },
  { timeZone: 'Australia/Lord_Howe', currency: 'KWD', seed: 23 },
])('Live segments in $timeZone', ({ timeZone, currency, seed }) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({
      imports: [
        ...[ChannelsHttpModule, ChannelsJobsModule, MembersHttpModule, LinkingHttpModule, LinkingJobsModule],
        ...[EventsHttpModule, SegmentsHttpModule, SegmentsJobsModule, HeardChangesModule],
      ],
    });
  }, 60_000);

  afterAll(() => app.close());

  it('are at any moment what everybody judged anew would be, and what was told of them adds up to it', async () => {
    const settings = {
      timeZone,
      decimals: currencyDecimals(currency),
      now: app.scope.clock.now(),
      channels: ['1', '2'],
    };
    await fc.assert(
      fc.asyncProperty(randomHappenings(settings), fc.integer(), async (happenings, ruleSeed) => {
        app.scope.clock.set(settings.now);
        const story = await LiveStory.begin(app, await app.workspace({ timeZone, currency }), { settings, ruleSeed });
        for (const happening of happenings) await story.tell(happening);
        await story.check();
      }),
      { numRuns: STORIES, seed, endOnFailure: true },
    );
  }, 600_000);
});
