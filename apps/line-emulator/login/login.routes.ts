import type { FastifyInstance } from 'fastify';
import type { Platform } from '../platform.js';
import { serveBrowser } from './browser.js';
import { LoginGate } from './login-gate.js';
import { servePages } from './pages.routes.js';
import { takeForms } from './parameters.js';
import { servePersons } from './person.routes.js';
import { serveTokens } from './token.routes.js';

/** LINE Login: its API and its pages, in a part of the server of their own, for they alone take forms. */
export function serveLogin(app: FastifyInstance, platform: Platform): void {
  void app.register((part, _options, done) => {
    takeForms(part);
    const gate = new LoginGate(part, platform);
    serveTokens(gate, platform);
    servePersons(gate, platform);
    servePages(part, platform);
    serveBrowser(part, platform);
    done();
  });
}
