import type { Channel } from '../channels/channel.js';
import type { Platform } from '../platform.js';
import { acceptsRedirect } from './login-account.js';
import type { LoginAccount } from './login-account.js';
import type { Parameters } from './parameters.js';

/** A request to sign in, checked. */
export interface AuthorizeRequest {
  channel: Channel;
  login: LoginAccount;
  redirectUri: string;
  state: string;
  scopes: string[];
  nonce?: string;
  prompt?: Prompt;
  botPrompt?: 'normal' | 'aggressive';
  autoLogin: boolean;
  maxAge?: number;
  codeChallenge?: string;
}

const prompts = ['consent', 'none', 'login'] as const;
type Prompt = (typeof prompts)[number];
const botPrompts = ['normal', 'aggressive'] as const;
const knownScopes = new Set(['profile', 'openid', 'email']);

export type AuthorizeError =
  | 'INVALID_REQUEST'
  | 'ACCESS_DENIED'
  | 'UNSUPPORTED_RESPONSE_TYPE'
  | 'INVALID_SCOPE'
  | 'LOGIN_REQUIRED'
  | 'INTERACTION_REQUIRED';

/** The callback address with what is told there; what is undefined is left out. */
export function callback(redirectUri: string, told: Record<string, string | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(told)) if (value !== undefined) query.set(name, value);
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query.toString()}`;
}

export function refusedAt(redirectUri: string, error: AuthorizeError, description: string, state?: string): string {
  return callback(redirectUri, { error, error_description: description, state });
}

type Reading = { request: AuthorizeRequest } | { location: string } | { refused: string };

/**
 * Reads an authorisation URL. A wrong client or callback address is `refused` on a page of LINE's; every other mistake
 * is told at the callback address. https://developers.line.biz/en/docs/line-login/integrate-line-login/
 */
export function readAuthorize(platform: Platform, given: Parameters): Reading {
  const channel = platform.channelOfLogin(given.one('client_id') ?? '');
  const login = channel?.account.login;
  if (!channel || !login) return { refused: 'client_id' };
  const redirectUri = given.one('redirect_uri') ?? '';
  if (!acceptsRedirect(login, redirectUri)) return { refused: 'redirect_uri' };
  const wrong = mistakeIn(given);
  if (wrong) return { location: refusedAt(redirectUri, ...wrong, given.one('state')) };
  const maxAge = given.one('max_age');
  const request: AuthorizeRequest = {
    channel,
    login,
    redirectUri,
    state: given.one('state') ?? '',
    scopes: scopesOf(given),
    nonce: given.one('nonce'),
    prompt: prompts.find((prompt) => prompt === given.one('prompt')),
    botPrompt: botPrompts.find((prompt) => prompt === given.one('bot_prompt')),
    autoLogin: given.one('disable_auto_login') !== 'true' && given.one('prompt') !== 'login',
    maxAge: maxAge === undefined ? undefined : Number(maxAge),
    codeChallenge: given.one('code_challenge'),
  };
  return { request };
}

const scopesOf = (given: Parameters) => [...new Set((given.one('scope') ?? '').split(' '))];

interface Check {
  name: string;
  fits: RegExp;
  required?: true;
}

const checks: Check[] = [
  // What would need URL-encoding is not taken.
  { name: 'state', fits: /^[A-Za-z0-9\-._~]+$/, required: true },
  { name: 'nonce', fits: /^[^]+$/ },
  { name: 'prompt', fits: /^(consent|none|login)$/ },
  { name: 'bot_prompt', fits: /^(normal|aggressive)$/ },
  { name: 'max_age', fits: /^\d{1,9}$/ },
  { name: 'disable_auto_login', fits: /^(true|false)$/ },
  { name: 'disable_ios_auto_login', fits: /^(true|false)$/ },
  { name: 'switch_amr', fits: /^(true|false)$/ },
  { name: 'initial_amr_display', fits: /^lineqr$/ },
  { name: 'code_challenge', fits: /^[A-Za-z0-9_-]{43}$/ },
  { name: 'code_challenge_method', fits: /^S256$/ },
  // The other modes that LINE has are not played here.
  { name: 'response_mode', fits: /^query$/ },
];

function mistakeIn(given: Parameters): [AuthorizeError, string] | undefined {
  if (given.one('response_type') !== 'code') {
    return given.has('response_type')
      ? ['UNSUPPORTED_RESPONSE_TYPE', 'response_type must be code']
      : ['INVALID_REQUEST', `'response_type' is required`];
  }
  for (const { name, fits, required } of checks) {
    const value = given.one(name);
    if (value === undefined && !given.has(name) && !required) continue;
    if (value === undefined || !fits.test(value)) return ['INVALID_REQUEST', `'${name}' is missing or invalid`];
  }
  if (given.has('code_challenge') !== given.has('code_challenge_method')) {
    return ['INVALID_REQUEST', 'code_challenge and code_challenge_method belong together'];
  }
  return scopeMistake(given);
}

function scopeMistake(given: Parameters): [AuthorizeError, string] | undefined {
  if (given.one('scope') === undefined) return ['INVALID_REQUEST', `'scope' is missing or invalid`];
  const scopes = scopesOf(given);
  const known = scopes.every((scope) => knownScopes.has(scope));
  const identifies = scopes.includes('openid') || (scopes.includes('profile') && !scopes.includes('email'));
  return known && identifies ? undefined : ['INVALID_SCOPE', 'requested scope is invalid'];
}
