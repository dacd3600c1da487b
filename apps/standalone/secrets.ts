import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LineAccount } from './demo-workspace/line-account.js';
import { StartRefusal } from './instance-lock.js';

/** What an installation on the embedded profile makes for itself once and keeps. */
export interface Secrets {
  ownerPassword: string;
  appPassword: string;
  adminKey: string;
  /** In the form of the variable ENCRYPTION_KEYS. */
  encryptionKeys: string;
  lineAccount: Required<LineAccount>;
}

/** The directory's secrets, made at the first start; readable by their owner only. */
export function keepSecrets(dataDir: string): Secrets {
  const path = join(dataDir, 'secrets.json');
  if (existsSync(path)) return readSecrets(path);
  const secrets: Secrets = {
    ownerPassword: token(24),
    appPassword: token(24),
    adminKey: `tsa_${token(32)}`,
    encryptionKeys: `k1:${randomBytes(32).toString('base64')}`,
    lineAccount: {
      channelId: channelNumber(2_000_000_000),
      channelSecret: token(16),
      accessToken: token(64),
      login: loginChannel(),
    },
  };
  write(path, secrets);
  return secrets;
}

function readSecrets(path: string): Secrets {
  const secrets = parse(path);
  // Installations from before there was linking have no Login channel yet.
  if (secrets.lineAccount.login) return secrets as Secrets;
  const whole = { ...secrets, lineAccount: { ...secrets.lineAccount, login: loginChannel() } };
  write(path, whole);
  return whole;
}

function parse(path: string): Omit<Secrets, 'lineAccount'> & { lineAccount: LineAccount } {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Secrets;
  } catch (error) {
    throw new StartRefusal(`${path} is damaged (${(error as Error).message}): restore it from a backup.`);
  }
}

/** Written beside and renamed: a crash leaves the whole file or none. */
function write(path: string, secrets: Secrets): void {
  writeFileSync(`${path}.new`, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

function loginChannel(): { channelId: string; channelSecret: string } {
  return { channelId: channelNumber(1_000_000_000), channelSecret: token(16) };
}

/** As LINE's are: ten digits. */
function channelNumber(from: number): string {
  return String(from + (randomBytes(4).readUInt32BE() % 1_000_000_000));
}

function token(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}
