/** A mail as its reader sees it. */
export interface Letter {
  to: string;
  subject: string;
  text: string;
  /** Below the site. */
  path: string;
}

/** A mail of one part in base64 or quoted-printable, as it lies in the folder. */
export function letterOf(source: string): Letter {
  const gap = source.indexOf('\r\n\r\n');
  const [head, body] = [source.slice(0, gap).replace(/\r\n[ \t]+/g, ' '), source.slice(gap + 4)];
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1]?.trim() ?? '';
  const bytes = /base64/i.test(header('Content-Transfer-Encoding'))
    ? Buffer.from(body, 'base64')
    : Buffer.from(unquoted(body.replace(/=\r\n/g, '')), 'latin1');
  const text = bytes.toString('utf8');
  const words = /=\?utf-8\?([bq])\?([^?]*)\?=\s*/gi;
  const subject = header('Subject').replace(words, (_, kind: string, coded: string) =>
    kind.toLowerCase() === 'b'
      ? Buffer.from(coded, 'base64').toString('utf8')
      : Buffer.from(unquoted(coded.replace(/_/g, ' ')), 'latin1').toString('utf8'),
  );
  return { to: header('To'), subject, text, path: new URL(/https?:\/\/\S+/.exec(text)![0]).pathname };
}

function unquoted(text: string): string {
  return text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
