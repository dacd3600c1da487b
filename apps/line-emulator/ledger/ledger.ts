import { ContentStore } from './content-store.js';
import { DeliveryColumns } from './delivery-columns.js';

export type Answered = 'yes' | 'late' | '500' | 'dropped' | 'never';

/** One accepted request. */
export interface Send {
  readonly number: number;
  readonly at: number;
  readonly requestId: string;
  readonly endpoint: string;
  readonly retryKey: string | undefined;
  readonly unit: string | undefined;
  readonly content: number;
  /** Serial number of its first message object. */
  readonly firstSerial: number;
  /** Its rows in the delivery columns. */
  readonly firstRow: number;
  readonly addressed: number;
  readonly delivered: number;
  answered: Answered;
  /** How often its retry key came again and was answered 409. */
  repeats: number;
}

export type NewSend = Pick<Send, 'at' | 'requestId' | 'endpoint' | 'retryKey' | 'unit'> & { messages: string };

/** Who was sent what: everything accepted for one channel, and what became of it per person. */
export class Ledger {
  readonly sends: Send[] = [];
  readonly contents = new ContentStore();
  readonly deliveries = new DeliveryColumns();

  /** @param nextSerial where the serial numbers of message objects begin */
  constructor(private nextSerial = 1) {}

  /** @param outcomes per user, in the same order; 0 is delivered */
  record(request: NewSend, users: Uint32Array, outcomes: Uint8Array): Send {
    const { messages, ...facts } = request;
    const number = this.sends.length;
    const content = this.contents.enter(messages);
    const firstRow = this.deliveries.length;
    let delivered = 0;
    for (let i = 0; i < users.length; i++) {
      const outcome = outcomes[i] ?? 0;
      this.deliveries.add(users[i] ?? 0, number, outcome);
      if (outcome === 0) delivered++;
    }
    const firstSerial = this.nextSerial;
    this.nextSerial += this.contents.count(content);
    const addressed = users.length;
    const send: Send = {
      number,
      ...facts,
      content,
      firstSerial,
      firstRow,
      addressed,
      delivered,
      answered: 'yes',
      repeats: 0,
    };
    this.sends.push(send);
    return send;
  }

  /** Everything one person was addressed with, oldest first. */
  ofUser(user: number): { send: Send; outcome: number }[] {
    const found: { send: Send; outcome: number }[] = [];
    for (const row of this.deliveries.rowsOf(user)) {
      const send = this.sends[this.deliveries.sendOf(row)];
      if (send) found.push({ send, outcome: this.deliveries.outcomeOf(row) });
    }
    return found.reverse();
  }

  /** The last send that reached a person. */
  latestDeliveredTo(user: number): Send | undefined {
    for (const row of this.deliveries.rowsOf(user)) {
      if (this.deliveries.outcomeOf(row) === 0) return this.sends[this.deliveries.sendOf(row)];
    }
    return undefined;
  }
}
