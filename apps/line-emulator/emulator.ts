import type { AddressInfo } from 'node:net';
import { serveMail } from './mail/mail.routes.js';
import { Platform } from './platform.js';
import { buildServer } from './server.js';
import type { Settings } from './settings.js';

export interface EmulatorOptions extends Partial<Settings> {
  /** 0 (the default) takes any free port. */
  port?: number;
  host?: string;
  /** Where to keep everything between starts; absent: in memory only. */
  dataFile?: string;
  /** Where mails lie as `.eml` files; they are shown at `/mail`. Absent: there is no such page. */
  mailDir?: string;
  /** The real time in milliseconds, for tests with a clock of their own. */
  now?: () => number;
}

export interface RunningEmulator {
  /** Base address without a slash at the end: the API's, the data API's and the phones' page. */
  url: string;
  port: number;
  close(): Promise<void>;
}

/** Starts a stand-in LINE platform; rejects with EADDRINUSE when the port is taken. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<RunningEmulator> {
  const { port = 0, host = '127.0.0.1', dataFile, mailDir, now, ...settings } = options;
  const platform = new Platform({ dataFile, realNow: now, settings });
  const app = buildServer(platform);
  if (mailDir !== undefined) serveMail(app, mailDir);
  const close = async () => {
    await app.close();
    platform.close();
  };
  try {
    await app.listen({ port, host });
  } catch (error) {
    await close();
    throw error;
  }
  const address = app.server.address() as AddressInfo;
  return { url: `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${address.port}`, port: address.port, close };
}
