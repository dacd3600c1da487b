import { lookup as lookUp, type LookupAddress } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { AppError } from '#kernel';

/** Networks that are not the public internet: RFC 6890 and what has been added to its registries. */
const PRIVATE: [network: string, prefix: number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
/** The public internet of IPv6, but for what translates or tunnels to addresses of version 4, or is documentation. */
const PUBLIC_V6: [network: string, prefix: number] = ['2000::', 3];
const NOT_PUBLIC_V6: [network: string, prefix: number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const refused = new BlockList();
for (const [network, prefix] of PRIVATE) refused.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of NOT_PUBLIC_V6) refused.addSubnet(network, prefix, 'ipv6');
const publicV6 = new BlockList();
publicV6.addSubnet(...PUBLIC_V6, 'ipv6');

/** Whether an IP address is one of the public internet. */
export function isPublic(address: string): boolean {
  if (isIP(address) === 4) return !refused.check(address, 'ipv4');
  return publicV6.check(address, 'ipv6') && !refused.check(address, 'ipv6');
}

export interface PublicRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Milliseconds for all of it. */
  deadline: number;
  /** Whether addresses of private networks are allowed. */
  allowPrivate: boolean;
}

/**
 * POSTs to an address that a customer has given. What its name means is checked as it is connected to, so that a name
 * cannot mean one address at the check and another afterwards; redirects are not followed.
 * @returns the status @throws AppError for a private address, Error where there was no answer in time
 */
export function postPublic({ url, headers, body, deadline, allowPrivate }: PublicRequest): Promise<number> {
  const { protocol, hostname } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  if (!allowPrivate && isIP(host) !== 0 && !isPublic(host)) return Promise.reject(privateAddress());
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    signal: AbortSignal.timeout(deadline),
    agent: false,
    ...(!allowPrivate && { lookup: lookUpPublic }),
  };
  return new Promise((resolve, reject) => {
    const request = (protocol === 'https:' ? httpsRequest : httpRequest)(url, options, (response) => {
      resolve(response.statusCode!);
      // What it says beside is not read.
      response.destroy();
    });
    request.on('error', reject);
    request.end(body);
  });
}

const lookUpPublic: LookupFunction = (hostname, options, callback) => {
  lookUp(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return callback(error, []);
    if (!addresses.every(({ address }) => isPublic(address))) return callback(privateAddress(), []);
    const [first] = addresses;
    return options.all ? callback(null, addresses) : callback(null, first!.address, first!.family);
  });
};

function privateAddress(): AppError {
  return new AppError('journeys.private_address', 400, 'The webhook’s address is not one of the public internet.');
}
