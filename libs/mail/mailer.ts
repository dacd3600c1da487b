import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import { CLOCK, Config } from '#config';
import { newId, type Clock } from '#kernel';
import { atMost } from './deadline.js';
import { harmless } from './mail-failure.js';

/** A letter to one person. */
export interface Mail {
  /** One bare address, taken as it is: nothing in it makes it two. */
  to: string;
  subject: string;
  text: string;
}

/** Of mails that go nowhere; a server is not configured without a sender. */
const NOBODY = 'Tsunagi <no-reply@localhost>';

/** For the whole of it: connecting, greeting, handing over. */
const DEADLINE_MS = 20_000;

/**
 * Sends mail by the server of SMTP_URL. Without one, each mail becomes a file in DATA_DIR/mail, where whoever runs the
 * machine can read it.
 */
@Injectable()
export class Mailer {
  constructor(
    private readonly config: Config,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Hands a mail over; whether it arrives is for the mail servers to say. Not to be called in an open transaction.
   * @throws AppError 502 where the server refuses this person's address for good
   * @throws Error where it does not take the mail, or not within 20 seconds; then it may have been sent or not
   */
  async send(mail: Mail): Promise<void> {
    if (this.config.smtpUrl === undefined) await this.keep(mail);
    else await this.handOver(mail, this.config.smtpUrl);
  }

  private async handOver(mail: Mail, url: string): Promise<void> {
    const transport = createTransport(
      { url, connectionTimeout: DEADLINE_MS, greetingTimeout: DEADLINE_MS, socketTimeout: DEADLINE_MS },
      this.defaults(),
    );
    try {
      await atMost(DEADLINE_MS, transport.sendMail(this.message(mail)));
    } catch (error) {
      throw harmless(error);
    } finally {
      transport.close();
    }
  }

  /** Written beside and renamed: who looks into the folder sees whole mails only. */
  private async keep(mail: Mail): Promise<void> {
    const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' }, this.defaults());
    const { message } = (await transport.sendMail(this.message(mail))) as { message: Buffer };
    const folder = join(this.config.dataDir, 'mail');
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${newId()}.eml`);
    await writeFile(`${path}.new`, message, { mode: 0o600 });
    await rename(`${path}.new`, path);
  }

  /** A text is a text, never the name of a file or an address to fetch. */
  private defaults() {
    return { from: this.config.mailFrom ?? NOBODY, disableFileAccess: true, disableUrlAccess: true };
  }

  private message({ to, subject, text }: Mail) {
    return { to: { name: '', address: to }, subject, text, date: this.clock.now() };
  }
}
