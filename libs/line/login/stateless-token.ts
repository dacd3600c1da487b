import type { Clock } from '#kernel';
import type { ReadOutcome } from '../send-outcome.js';

/** LINE lets them live 15 minutes; the last three are left for clocks and calls on their way. */
const KEPT_MS = 12 * 60 * 1000;

/** The stateless token of one channel, kept until shortly before it ends. */
export class StatelessToken {
  private kept?: { token: string; at: number };
  private asking?: Promise<ReadOutcome<string>>;

  constructor(
    private readonly issue: () => Promise<ReadOutcome<string>>,
    private readonly clock: Clock,
  ) {}

  async get(): Promise<ReadOutcome<string>> {
    if (this.kept && this.clock.now().getTime() - this.kept.at < KEPT_MS) {
      return { kind: 'answered', requestId: '', value: this.kept.token };
    }
    this.asking ??= this.renew().finally(() => (this.asking = undefined));
    return this.asking;
  }

  /** LINE does not take this one any more. */
  drop(token: string): void {
    if (this.kept?.token === token) this.kept = undefined;
  }

  private async renew(): Promise<ReadOutcome<string>> {
    const at = this.clock.now().getTime();
    const issued = await this.issue();
    if (issued.kind === 'answered') this.kept = { token: issued.value, at };
    return issued;
  }
}
