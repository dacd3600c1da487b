import type { Endpoint } from './endpoints.js';
import { PeakMeter, RateLimit } from './rate-limit.js';

/** What happened at one endpoint for one channel. */
export class EndpointTraffic {
  private peak = new PeakMeter();
  readonly byStatus = new Map<string, number>();
  total = 0;
  rateLimited = 0;
  private bucket: RateLimit | undefined;
  private peakBefore = 0;

  constructor(readonly endpoint: Endpoint) {}

  arrive(now: number): void {
    this.total++;
    this.peak.record(now);
  }

  /** @param tolerance share by which the published limit may be exceeded */
  admit(now: number, tolerance: number): boolean {
    const limit = Math.floor(this.endpoint.limit * (1 + tolerance));
    if (this.bucket?.limit !== limit) this.bucket = new RateLimit(limit, this.endpoint.periodMs);
    const admitted = this.bucket.take(now);
    if (!admitted) this.rateLimited++;
    return admitted;
  }

  /** @param status what the caller got: an HTTP status, `dropped` or `hang` */
  answered(status: string): void {
    this.byStatus.set(status, (this.byStatus.get(status) ?? 0) + 1);
  }

  /** Empties bucket and meter; the peak so far stays known. */
  forgetTimes(): void {
    this.bucket = undefined;
    this.peakBefore = this.peakPerSecond;
    this.peak = new PeakMeter();
  }

  get peakPerSecond(): number {
    return Math.max(this.peakBefore, this.peak.peak);
  }

  figures(): object {
    const { name, method, path } = this.endpoint;
    const { total, rateLimited, peakPerSecond } = this;
    const byStatus = Object.fromEntries(this.byStatus);
    return { endpoint: name, method, path, total, byStatus, rateLimited, peakPerSecond };
  }
}

/** The traffic of one channel: LINE limits channels apart, also those of one account. */
export class Traffic {
  private readonly byEndpoint = new Map<Endpoint, EndpointTraffic>();

  of(endpoint: Endpoint): EndpointTraffic {
    let traffic = this.byEndpoint.get(endpoint);
    if (!traffic) this.byEndpoint.set(endpoint, (traffic = new EndpointTraffic(endpoint)));
    return traffic;
  }

  all(): EndpointTraffic[] {
    return [...this.byEndpoint.values()];
  }

  /** Needed when the clock was set: the times in buckets and meters mean nothing then. */
  forgetTimes(): void {
    for (const traffic of this.all()) traffic.forgetTimes();
  }

  clear(): void {
    this.byEndpoint.clear();
  }
}
