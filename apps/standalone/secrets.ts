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
  lineAccount: LineAccount;
}

/** The directory's secrets, made at the first start; readable by their owner only. */
export function keepSecrets(dataDir: string): Secrets {
  const path = join(dataDir, 'secrets.json');
  if (existsSync(path)) return readSecrets(path);
  const token = (bytes: number) => randomBytes(bytes).toString('hex');
  const secrets: Secrets = {
    ownerPassword: token(24),
    appPassword: token(24),
    adminKey: `tsa_${token(32)}`,
    encryptionKeys: `k1:${randomBytes(32).toString('base64')}`,
    lineAccount: {
      channelId: String(2_000_000_000 + (randomBytes(4).readUInt32BE() % 1_000_000_000)),
      channelSecret: token(16),
      accessToken: token(64),
    },
  };
  // Written beside and renamed: a crash leaves the whole file or none.
  writeFileSync(`${path}.new`, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return secrets;
}

function readSecrets(path: string): Secrets {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Secrets;
  } catch (error) {
    throw new StartRefusal(`${path} is damaged (${(error as Error).message}): restore it from a backup.`);
  }
}
