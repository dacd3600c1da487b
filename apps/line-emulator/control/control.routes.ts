import type { FastifyInstance } from 'fastify';
import type { Platform } from '../platform.js';
import { controlChannels } from './channels.control.js';
import { controlConditions } from './conditions.control.js';
import type { Declare } from './declare.js';
import { controlInsight } from './insight.control.js';
import { controlLedger } from './ledger.control.js';
import { controlRichMenus } from './rich-menus.control.js';
import { controlLogin } from './login.control.js';
import { controlUsers } from './users.control.js';
import { controlWebhooks } from './webhooks.control.js';

/** Crowds and ledgers are large. */
const bodyLimit = 64 * 1024 * 1024;

/** Registers everything under `/_emulator`; the README is its reference. */
export function serveControl(app: FastifyInstance, platform: Platform): void {
  const declare: Declare = (methodAndPath, answer, status = 200) => {
    const [method = 'GET', path = ''] = methodAndPath.split(' ');
    app.route({
      method,
      url: `/_emulator${path}`,
      bodyLimit,
      handler: async ({ body, query, params }, reply) => reply.code(status).send(await answer({ body, query, params })),
    });
  };
  controlChannels(declare, platform);
  controlUsers(declare, platform);
  controlWebhooks(declare, platform);
  controlConditions(declare, platform);
  controlLedger(declare, platform);
  controlInsight(declare, platform);
  controlLogin(declare, platform);
  controlRichMenus(declare, platform);
}
