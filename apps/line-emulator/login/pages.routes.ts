import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Platform } from '../platform.js';
import { linkAccount, readDialog } from './account-link.js';
import { readAuthorize } from './authorize-request.js';
import type { AuthorizeRequest } from './authorize-request.js';
import { proceed } from './authorize.js';
import type { Answers, Next } from './authorize.js';
import { bindBrowser, canSignIn, personOfBrowser, sendPage } from './browser.js';
import type { Page } from './browser.js';
import type { Amr } from './login-book.js';
import { Parameters } from './parameters.js';
import {
  addFriendScreen,
  badRequestScreen,
  confirmScreen,
  consentScreen,
  linkedScreen,
  linkErrorScreen,
  notLinkedScreen,
  signInScreen,
} from './screens.js';

/** Registers the pages people see: sign-in with its screens, and the account-link dialog. */
export function servePages(app: FastifyInstance, platform: Platform): void {
  const authorize = '/oauth2/v2.1/authorize';
  app.get(authorize, (request, reply) => openLogin(platform, request, reply));
  app.post(authorize, (request, reply) => continueLogin(platform, request, reply));
  const dialog = '/dialog/bot/accountLink';
  app.get(dialog, (request, reply) => openDialog(platform, request, reply));
  app.post(dialog, (request, reply) => signInToDialog(platform, request, reply));
}

async function openLogin(platform: Platform, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const reading = readAuthorize(platform, Parameters.ofUrl(request.url));
  if ('refused' in reading) return sendPage(reply, badRequestScreen(reading.refused));
  if ('location' in reading) return reply.redirect(reading.location, 302);
  const answers: Answers = { userId: personOfBrowser(request, reading.request.channel) };
  return showNext(reply, reading.request, answers, await proceed(platform, reading.request, answers));
}

/** Every screen posts to the address it was opened with, with what was said so far. */
async function continueLogin(platform: Platform, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const reading = readAuthorize(platform, Parameters.ofUrl(request.url));
  if (!('request' in reading)) return openLogin(platform, request, reply);
  const { channel } = reading.request;
  const form = Parameters.of(request);
  const answers = form.one('step') === 'switch' ? {} : answersOf(reading.request, form);
  if (answers.userId !== undefined && !canSignIn(channel, answers.userId)) {
    return sendPage(reply, signInScreen(channel, 'このIDの方は見つかりません。'));
  }
  if (form.one('step') === 'sign-in' && answers.userId !== undefined) bindBrowser(reply, channel, answers.userId);
  return showNext(reply, reading.request, answers, await proceed(platform, reading.request, answers));
}

const amrOfStep = new Map<string | undefined, Amr>([
  ['sign-in', 'pwd'],
  ['confirm', 'linesso'],
]);
const amrs: Amr[] = ['pwd', 'linesso', 'lineautologin'];

function answersOf({ botPrompt }: AuthorizeRequest, form: Parameters): Answers {
  const step = form.one('step');
  const consents = step === 'consent' || form.one('consent') === 'true';
  const answers: Answers = {
    userId: form.one('userId'),
    amr: amrOfStep.get(step) ?? amrs.find((amr) => amr === form.one('amr')),
  };
  if (consents) answers.consent = true;
  if (step === 'cancel') answers.cancel = true;
  // A box that is not ticked is not sent.
  const decides = step === 'add-friend' || (step === 'consent' && botPrompt === 'normal');
  if (decides) answers.addFriend = form.one('addFriend') === 'true';
  return answers;
}

function showNext(reply: FastifyReply, request: AuthorizeRequest, answers: Answers, next: Next): FastifyReply {
  if ('location' in next) return reply.redirect(next.location, 302);
  return sendPage(reply, screenOf(request, answers, next));
}

function screenOf(request: AuthorizeRequest, answers: Answers, { show }: Extract<Next, { show: string }>): Page {
  const { userId, amr, consent } = answers;
  if (userId === undefined || show === 'sign-in') return signInScreen(request.channel);
  if (show === 'confirm') return confirmScreen(request, { userId });
  const told = { userId, amr: amr ?? 'lineautologin', ...(consent ? { consent: 'true' } : {}) };
  return show === 'consent' ? consentScreen(request, told) : addFriendScreen(request, told);
}

/** Opening the dialog is all it takes: the person is known, so the account hears of it at once. */
async function openDialog(platform: Platform, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const dialog = readDialog(platform, Parameters.ofUrl(request.url));
  if (!dialog) return sendPage(reply, linkErrorScreen);
  const userId = personOfBrowser(request, dialog.channel);
  if (userId === undefined) return sendPage(reply, signInScreen(dialog.channel));
  const result = await linkAccount(platform, dialog, userId);
  return sendPage(reply, result === 'ok' ? linkedScreen : notLinkedScreen);
}

function signInToDialog(platform: Platform, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const dialog = readDialog(platform, Parameters.ofUrl(request.url));
  if (!dialog) return sendPage(reply, linkErrorScreen);
  const userId = Parameters.of(request).one('userId') ?? '';
  if (!canSignIn(dialog.channel, userId)) {
    return sendPage(reply, signInScreen(dialog.channel, 'このIDの方は見つかりません。'));
  }
  bindBrowser(reply, dialog.channel, userId);
  return reply.redirect(request.url, 303);
}
