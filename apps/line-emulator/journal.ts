import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import type { JsonWebKey } from 'node:crypto';
import { dirname } from 'node:path';
import type { ChannelAccount } from './channels/channel.js';
import type { ClockState } from './clock.js';
import type { Interaction } from './insight/interactions.js';
import type { NewSend } from './ledger/ledger.js';
import type { LoginChange } from './login/login-book.js';
import type { RichMenuChange } from './rich-menus/rich-menu.js';
import type { Settings } from './settings.js';
import type { Crowd, UserState } from './users/user-book.js';

export interface GivenUser {
  userId: string;
  displayName?: string;
  state: UserState;
}

/** Everything that changes the platform for good. Replaying the entries in order gives the platform back. */
export type JournalEntry =
  | { kind: 'channel'; account: ChannelAccount }
  | { kind: 'users'; channelId: string; users: GivenUser[] }
  | { kind: 'crowd'; channelId: string; crowd: Crowd }
  | { kind: 'state'; channelId: string; userIds: string[]; state: UserState }
  | { kind: 'inbound'; channelId: string; userId: string; at: number; message: Record<string, unknown> }
  | { kind: 'send'; channelId: string; request: NewSend; to: string[] | 'friends' }
  | { kind: 'rich-menu'; channelId: string; change: RichMenuChange }
  | { kind: 'interaction'; channelId: string; interaction: Interaction }
  | { kind: 'login'; channelId: string; change: LoginChange }
  | { kind: 'loginKey'; jwk: JsonWebKey }
  | { kind: 'settings'; settings: Settings }
  | { kind: 'clock'; state: ClockState }
  | { kind: 'reset'; keepAccounts: boolean };

/**
 * The file behind the platform: one line per change, handed to the operating system before the change is answered, so
 * that a killed process loses nothing it said yes to.
 */
export class Journal {
  private file: number | undefined;

  constructor(private readonly path: string | undefined) {}

  /** The entries written so far. A last line cut short by a kill was never answered; it is taken away. */
  open(): JournalEntry[] {
    if (this.path === undefined) return [];
    mkdirSync(dirname(this.path), { recursive: true });
    const text = existsSync(this.path) ? readFileSync(this.path) : Buffer.alloc(0);
    const whole = text.lastIndexOf(0x0a) + 1;
    if (whole < text.length) truncateSync(this.path, whole);
    this.file = openSync(this.path, 'a');
    const lines = text.subarray(0, whole).toString('utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as JournalEntry);
  }

  write(entry: JournalEntry): void {
    if (this.file !== undefined) writeSync(this.file, `${JSON.stringify(entry)}\n`);
  }

  /** Starts over with an empty file. */
  clear(): void {
    if (this.file !== undefined) ftruncateSync(this.file);
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }
}
