import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** The place a ciphertext belongs to; moved to any other row, column, table or workspace it does not decrypt. */
export interface CipherPlace {
  workspaceId: string;
  table: string;
  column: string;
  rowId: string;
}

const VERSION = 1;
/** Lengths in bytes that NIST SP 800-38D recommends for GCM. */
const NONCE = 12;
const TAG = 16;

/**
 * AES-256-GCM for credentials at rest. A ciphertext is version (1 byte), length of the key id (1), key id, nonce (12),
 * tag (16), data; so keys can be rotated: a new one encrypts, the old ones still decrypt.
 */
export class Cipher {
  /** @param keys by id, 32 bytes each; the first one encrypts */
  constructor(private readonly keys: ReadonlyMap<string, Buffer>) {
    if (keys.size === 0) throw new Error('A cipher needs a key.');
    for (const [id, key] of keys) if (key.length !== 32) throw new Error(`Encryption key ${id} has not 32 bytes.`);
  }

  /** @param text `id:base64,id2:base64`, the first one encrypts */
  static fromText(text: string): Cipher {
    const keys = text.split(',').map((pair): [string, Buffer] => {
      const colon = pair.indexOf(':');
      return [pair.slice(0, colon), Buffer.from(pair.slice(colon + 1), 'base64')];
    });
    return new Cipher(new Map(keys));
  }

  encrypt(secret: string, place: CipherPlace): Buffer {
    const [id, key] = this.current();
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
    cipher.setAAD(aad(place));
    const data = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    const name = Buffer.from(id, 'utf8');
    return Buffer.concat([Buffer.from([VERSION, name.length]), name, nonce, cipher.getAuthTag(), data]);
  }

  /** @throws Error when the key is not known, the bytes were changed, or they belong to another place */
  decrypt(bytes: Buffer, place: CipherPlace): string {
    const { id, nonce, tag, data } = dissect(bytes);
    const key = this.keys.get(id);
    if (!key) throw new Error(`A stored secret is encrypted with key ${id}, which is not in ENCRYPTION_KEYS.`);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
    decipher.setAAD(aad(place));
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(data), decipher.final()]).toString('utf8');
  }

  /** Whether a ciphertext should be written anew because another key encrypts by now. */
  isOutdated(bytes: Buffer): boolean {
    return dissect(bytes).id !== this.current()[0];
  }

  private current(): [string, Buffer] {
    return this.keys.entries().next().value!;
  }
}

function dissect(bytes: Buffer) {
  const start = 2 + (bytes[1] ?? 0);
  if (bytes[0] !== VERSION || bytes.length < start + NONCE + TAG) throw new Error('This is not a ciphertext of ours.');
  return {
    id: bytes.toString('utf8', 2, start),
    nonce: bytes.subarray(start, start + NONCE),
    tag: bytes.subarray(start + NONCE, start + NONCE + TAG),
    data: bytes.subarray(start + NONCE + TAG),
  };
}

/** JSON keeps the parts apart, whatever they contain. */
function aad({ workspaceId, table, column, rowId }: CipherPlace): Buffer {
  return Buffer.from(JSON.stringify([workspaceId, table, column, rowId]), 'utf8');
}
