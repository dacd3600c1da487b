import { EmulatorProcess } from '#testing';

export interface LoginAnswers {
  /** Adds the account as a friend, or stops blocking it. */
  addFriend?: boolean;
  cancel?: boolean;
}

/** The stand-in LINE platform, with a Login channel beside the account. */
export class EmulatedLogin extends EmulatorProcess {
  readonly accessToken = 'spec-token';
  readonly login = { channelId: '2000000001', channelSecret: 'b'.repeat(32) };
  readonly basicId = '@sakura';

  /** @param at what its clock says; it stands still */
  static async start(at: Date): Promise<EmulatedLogin> {
    const line = new EmulatedLogin(...(await EmulatedLogin.launch()));
    const { lineChannelId: channelId, accessToken, login, basicId } = line;
    const account = { channelId, channelSecret: 'a'.repeat(32), accessToken, basicId, login };
    await line.control('POST', 'channels', account);
    await line.setClock(at);
    return line;
  }

  async setClock(at: Date): Promise<void> {
    await this.control('POST', 'clock', { set: at.getTime(), frozen: true });
  }

  /** A person, who is a friend, blocks, or is neither (`stranger`). */
  async person(userId: string, state: string, displayName: string): Promise<void> {
    await this.control('POST', 'users', { channelId: this.lineChannelId, users: [{ userId, state, displayName }] });
  }

  /** Somebody goes through the login that our redirect leads to. @returns where LINE sends the browser */
  async logIn(userId: string, url: string, answers: LoginAnswers = {}): Promise<string> {
    const { lineChannelId: channelId } = this;
    const answer = await this.control('POST', 'login', { channelId, userId, url, ...answers });
    return (answer as { location: string }).location;
  }
}
