import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A mail as a server has taken it. */
export interface TakenMail {
  from: string;
  to: string[];
  /** Headers and body as they came. */
  data: string;
}

/** A mail server on this machine that keeps what it gets. */
export class PostOffice {
  readonly taken: TakenMail[] = [];
  /** What is answered to a command, where that is not yes; `hang` answers nothing. */
  readonly moods = new Map<string, string>();
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async open(): Promise<PostOffice> {
    const server = createServer();
    const office = new PostOffice(server);
    server.on('connection', (socket) => office.serve(socket));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return office;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((done) => this.server.close(done));
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    let rest = '';
    let mail: TakenMail = { from: '', to: [], data: '' };
    let inData = false;
    const say = (line: string) => socket.write(`${line}\r\n`);
    const hear = (line: string) => {
      if (inData) {
        if (line !== '.') mail.data += `${line.replace(/^\./, '')}\r\n`;
        else {
          inData = false;
          this.taken.push(mail);
          mail = { from: '', to: [], data: '' };
          say('250 OK');
        }
        return;
      }
      const verb = line.split(/[ :]/)[0]!.toUpperCase();
      const mood = this.moods.get(verb);
      if (mood === 'hang') return;
      if (mood !== undefined) return void say(mood);
      const address = /<(.*)>/.exec(line)?.[1] ?? '';
      if (verb === 'MAIL') mail.from = address;
      if (verb === 'RCPT') mail.to.push(address);
      inData = verb === 'DATA';
      say(inData ? '354 go on' : verb === 'QUIT' ? '221 bye' : '250 OK');
    };
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      rest += chunk.toString('utf8');
      const lines = rest.split('\r\n');
      rest = lines.pop()!;
      for (const line of lines) hear(line);
    });
    say('220 post office');
  }
}
