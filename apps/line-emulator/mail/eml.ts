/** A mail as people read it. */
export interface ReadMail {
  from: string;
  to: string;
  subject: string;
  date: string;
  text: string;
}

/** Reads a mail of one part (RFC 5322, 2045, 2047); of one with several, the text is the source. */
export function readEml(source: Buffer): ReadMail {
  // Byte by byte first: the headers say what the bytes of the body mean.
  const raw = source.toString('latin1').replace(/\r\n/g, '\n');
  const gap = raw.indexOf('\n\n');
  const headers = readHeaders(gap < 0 ? raw : raw.slice(0, gap));
  const header = (name: string) => headers.get(name) ?? '';
  const body = gap < 0 ? '' : raw.slice(gap + 2);
  return {
    from: withoutEncodedWords(header('from')),
    to: withoutEncodedWords(header('to')),
    subject: withoutEncodedWords(header('subject')),
    date: header('date'),
    text: bytesOf(body, header('content-transfer-encoding').toLowerCase()).toString('utf8'),
  };
}

function readHeaders(head: string): Map<string, string> {
  const unfolded = head.replace(/\n[ \t]+/g, ' ');
  const pairs = unfolded.split('\n').flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    return colon < 0 ? [] : [[line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]];
  });
  return new Map(pairs);
}

function bytesOf(body: string, encoding: string): Buffer {
  if (encoding === 'base64') return Buffer.from(body, 'base64');
  if (encoding === 'quoted-printable') return unquoted(body.replace(/[ \t]*=\n/g, ''));
  return Buffer.from(body, 'latin1');
}

function unquoted(text: string): Buffer {
  const decoded = text.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(decoded, 'latin1');
}

/** `=?UTF-8?B?…?=` and `=?UTF-8?Q?…?=`; white space between two of them is not part of the text. */
function withoutEncodedWords(value: string): string {
  const joined = value.replace(/(=\?[^?]+\?[bq]\?[^?]*\?=)\s+(?==\?)/gi, '$1');
  return joined.replace(/=\?[^?]+\?([bq])\?([^?]*)\?=/gi, (_, kind: string, text: string) => {
    const bytes = kind.toLowerCase() === 'b' ? Buffer.from(text, 'base64') : unquoted(text.replace(/_/g, ' '));
    return bytes.toString('utf8');
  });
}
