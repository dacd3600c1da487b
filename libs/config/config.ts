import { IsBoolean, IsIn, IsInt, IsUrl, Matches, Max, MaxLength, Min, MinLength } from 'class-validator';
import { Refine } from '#kernel';
import { Variable } from './variable.js';

const httpUrl = { require_tld: false, protocols: ['http', 'https'], require_protocol: true };
const databaseUrl = /^postgres(ql)?:\/\/[^\s]+$/;

/**
 * Everything the environment decides, parsed once. `.env.example` is generated from this class. What has no default is
 * either a secret or must be right for the installation.
 */
@Refine<Config>(({ smtpUrl, mailFrom }) =>
  smtpUrl !== undefined && mailFrom === undefined
    ? { path: '/mailFrom', detail: 'is missing beside SMTP_URL' }
    : undefined,
)
export class Config {
  @Variable({
    comment: 'Postgres as the application role, which owns nothing and cannot bypass row-level security.',
    example: 'postgres://tsunagi:…@db:5432/tsunagi',
  })
  @Matches(databaseUrl, { message: 'must be a postgres:// address' })
  databaseUrl: string;

  @Variable({
    comment: 'Postgres as the owner of the tables; only the migration reads it.',
    example: 'postgres://owner:…@db:5432/tsunagi',
    optional: true,
  })
  @Matches(databaseUrl, { message: 'must be a postgres:// address' })
  databaseOwnerUrl?: string;

  @Variable({
    comment: 'Most connections to Postgres of one process. A worker runs 29 handlers at a time, some with two.',
    optional: true,
  })
  @IsInt()
  @Min(2)
  @Max(500)
  databasePoolSize: number = 40;

  @Variable({
    comment: 'Redis for the queue (maxmemory-policy noeviction, AOF on). Unset: the queue lives in Postgres.',
    example: 'redis://redis:6379',
    optional: true,
  })
  @Matches(/^rediss?:\/\/[^\s]+$/, { message: 'must be a redis:// or rediss:// address' })
  queueUrl?: string;

  @Variable({
    comment: 'Prefix of all queue keys; the braces keep them on one node of a Redis Cluster.',
    optional: true,
  })
  @Matches(/^[\w{}-]{1,64}$/, { message: 'must be 1 to 64 letters, digits, _, -, { or }' })
  queuePrefix: string = '{tsunagi}';

  @Variable({ comment: 'Port of the API, or of a worker’s /healthz and /metrics.', optional: true })
  @IsInt()
  @Min(0)
  @Max(65_535)
  port: number = 3000;

  @Variable({ comment: 'Address to listen on. 0.0.0.0 behind a load balancer or in a container.', optional: true })
  @MinLength(1)
  @MaxLength(255)
  host: string = '127.0.0.1';

  @Variable({
    comment: 'Address under which browsers and LINE reach the API. Links and webhook URLs begin with it.',
    optional: true,
    isBase: true,
  })
  @IsUrl(httpUrl)
  publicUrl: string = 'http://localhost:3000';

  @Variable({
    comment:
      'Addresses or networks (CIDR, separated by commas) of the load balancers in front, whose X-Forwarded-For is ' +
      'believed. Unset: the address of the connection counts.',
    example: '10.0.0.0/8',
    optional: true,
  })
  @Matches(/^[0-9A-Fa-f.:/]+(,[0-9A-Fa-f.:/]+)*$/, { message: 'must be addresses or networks, separated by commas' })
  trustedProxies?: string;

  @Variable({ comment: 'Where the single-machine profile keeps Postgres and its notes.', optional: true })
  @MinLength(1)
  dataDir: string = '.data';

  @Variable({
    comment: 'Lets its holder make workspaces. At least 32 characters, from `openssl rand -base64 32`.',
    example: '',
  })
  @MinLength(32, { message: 'must have at least 32 characters' })
  adminKey: string;

  @Variable({
    comment:
      'Keys that encrypt stored credentials: id:base64 of 32 bytes, separated by commas. The first one encrypts, all of ' +
      'them decrypt; put a new key in front to rotate. From `echo k1:$(openssl rand -base64 32)`.',
    example: '',
  })
  @Matches(/^[\w-]{1,32}:[A-Za-z0-9+/]{43}=(,[\w-]{1,32}:[A-Za-z0-9+/]{43}=)*$/, {
    message: 'must be id:base64 of 32 bytes, separated by commas',
  })
  encryptionKeys: string;

  @Variable({
    comment: 'Months for which it is kept what became of each person in each send; totals are kept for good.',
    optional: true,
  })
  @IsInt()
  @Min(1)
  @Max(120)
  ledgerMonths: number = 13;

  @Variable({
    comment:
      'Months for which runs of journeys that have ended are kept with every decision; re-entry looks back a year.',
    optional: true,
  })
  @IsInt()
  @Min(13)
  @Max(120)
  journeyMonths: number = 13;

  @Variable({ comment: 'The Messaging API of LINE, or of a stand-in.', optional: true, isBase: true })
  @IsUrl(httpUrl)
  lineApiBaseUrl: string = 'https://api.line.me';

  @Variable({
    comment: 'The data API of LINE (content of messages, images of rich menus).',
    optional: true,
    isBase: true,
  })
  @IsUrl(httpUrl)
  lineDataApiBaseUrl: string = 'https://api-data.line.me';

  @Variable({ comment: 'The pages of LINE Login.', optional: true, isBase: true })
  @IsUrl(httpUrl)
  lineLoginBaseUrl: string = 'https://access.line.me';

  @Variable({
    comment: 'How long one call to LINE may take, in milliseconds; then its outcome is unknown.',
    optional: true,
  })
  @IsInt()
  @Min(100)
  @Max(60_000)
  lineTimeoutMs: number = 10_000;

  @Variable({
    comment:
      'The server that sends our mail, with its user and password where it asks for them. Unset: each mail becomes a ' +
      'file in DATA_DIR/mail.',
    example: 'smtps://user:password@smtp.example.com:465',
    optional: true,
  })
  @Matches(/^smtps?:\/\/[^\s]+$/, { message: 'must be an smtp:// or smtps:// address' })
  smtpUrl?: string;

  @Variable({
    comment: 'Whom our mail is from: an address that the server of SMTP_URL sends for. Needed beside it.',
    example: 'Tsunagi <post@example.com>',
    optional: true,
  })
  @Matches(/^[^@\s<>]+@[^@\s<>]+$|^[^<>\r\n]+ <[^@\s<>]+@[^@\s<>]+>$/, { message: 'must be an e-mail address' })
  @MaxLength(320)
  mailFrom?: string;

  @Variable({
    comment:
      'Whether webhooks of journeys may go to addresses of private networks, which a customer could spy out by them.',
    optional: true,
  })
  @IsBoolean()
  privateWebhooks: boolean = false;

  @Variable({ comment: 'Least serious level that is logged.', optional: true })
  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  logLevel: string = 'info';

  @Variable({
    comment: 'Requests a minute of one API key, in one process of the API; above it 429. 0: no limit.',
    optional: true,
  })
  @IsInt()
  @Min(0)
  @Max(10_000_000)
  rateLimitPerMinute: number = 60_000;
}
