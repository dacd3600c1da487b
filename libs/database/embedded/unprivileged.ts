import { spawn, spawnSync } from 'node:child_process';

/** As whom commands of Postgres run: as ourselves, or, where we are root, as a user without privileges. */
export interface Identity {
  uid?: number;
  gid?: number;
  /** What to start a command with, so that the user gets to the data. */
  through: string[];
}

/** Postgres refuses to run as root, so root steps down to this user, made where it is missing. */
const USER = 'postgres';

/**
 * @param parent the directory in which the data directory is or will be
 * @throws Error in one sentence where root cannot step down
 */
export async function unprivileged(parent: string): Promise<Identity> {
  if (process.getuid?.() !== 0) return { through: [] };
  const id = (flag: string) => Number(spawnSync('id', [flag, USER], { encoding: 'utf8' }).stdout.trim() || NaN);
  if (Number.isNaN(id('-u'))) spawnSync('useradd', ['--system', '--user-group', USER]);
  const [uid, gid] = [id('-u'), id('-g')];
  if (Number.isNaN(uid)) throw new Error(`Postgres cannot run as root, and no user "${USER}" could be made.`);
  const user: Identity = { uid, gid, through: [] };
  if (await canEnter(parent, user)) return user;
  // root's home is closed to other users. There the user takes the one capability along that passes closed directories.
  const capability = ['--inh-caps', '+dac_read_search', '--ambient-caps', '+dac_read_search'];
  const through = ['setpriv', '--reuid', String(uid), '--regid', String(gid), '--clear-groups', ...capability];
  if (await canEnter(parent, { through })) return { uid, gid, through };
  throw new Error(`As root, Postgres runs as the user "${USER}", who cannot enter ${parent}.`);
}

export async function canEnter(directory: string, identity: Identity): Promise<boolean> {
  return (await exitCode('sh', ['-c', 'cd "$0"', directory], identity)) === 0;
}

/** @throws Error unless the command ends with 0 */
export async function run(command: string, args: string[], identity: Identity): Promise<void> {
  const code = await exitCode(command, args, identity);
  if (code !== 0) throw new Error(`${command} ended with ${code}.`);
}

export function exitCode(command: string, args: string[], identity: Identity): Promise<number | null> {
  const [program = command, ...rest] = [...identity.through, command, ...args];
  const user = identity.through.length > 0 ? {} : { uid: identity.uid, gid: identity.gid };
  return new Promise((done, fail) => {
    // The server inherits what pg_ctl is given: a pipe would keep us waiting for as long as it runs.
    const child = spawn(program, rest, { ...user, stdio: 'ignore', cwd: '/' });
    child.once('error', fail);
    child.once('exit', done);
  });
}
