import Fastify from 'fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { serveAccount } from './messaging-api/account.routes.js';
import { Gate, newRequestId } from './messaging-api/gate.js';
import { LineRefusal, refusals } from './messaging-api/line-refusal.js';
import { serveSending } from './messaging-api/sending.routes.js';
import { serveWebhookEndpoint } from './messaging-api/webhook-endpoint.routes.js';
import { serveControl } from './control/control.routes.js';
import { serveInsight } from './insight/insight.routes.js';
import { richMenuEndpoints } from './limits/endpoints.js';
import { serveLinkTokens } from './login/account-link.js';
import { serveLogin } from './login/login.routes.js';
import { servePhones } from './page/page.routes.js';
import type { Platform } from './platform.js';
import { serveRichMenus } from './rich-menus/rich-menus.routes.js';

/** LINE takes bodies of up to 2 MB. */
const bodyLimit = 2 * 1024 * 1024;

/** Everything the platform says over HTTP: LINE's endpoints, the control routes and the phones. */
export function buildServer(platform: Platform): FastifyInstance {
  const app = Fastify({
    bodyLimit,
    genReqId: newRequestId,
    requestIdHeader: false,
    // Callers that hang on purpose must not hold up the end.
    forceCloseConnections: true,
    logger: false,
    // An address that cannot even be decoded does not reach the hooks below.
    frameworkErrors: (_error, request, reply: FastifyReply) => {
      reply.header('x-line-request-id', request.id).code(404).send(refusals.notFound().body());
    },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    const text = String(body);
    try {
      done(null, text === '' ? undefined : JSON.parse(text));
    } catch (error) {
      done(notJson(error, text));
    }
  });
  app.addContentTypeParser(['image/png', 'image/jpeg'], { parseAs: 'buffer' }, (request, body, done) => {
    // Only one endpoint takes files.
    const takesFiles = request.routeOptions.url === richMenuEndpoints.uploadImage.path;
    done(takesFiles ? null : refusals.contentType(request.headers['content-type'] ?? ''), body);
  });
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-line-request-id', request.id);
    done();
  });
  app.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply));
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(refusals.notFound().body()));
  const gate = new Gate(app, platform);
  serveSending(gate, platform);
  serveAccount(gate);
  serveWebhookEndpoint(gate, platform);
  serveInsight(gate);
  serveRichMenus(gate, platform);
  serveLinkTokens(gate, platform);
  serveLogin(app, platform);
  serveControl(app, platform);
  servePhones(app, platform);
  return app;
}

function answerError(error: FastifyError | LineRefusal, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = error instanceof LineRefusal ? error : translated(error, request);
  if (!refusal) throw error;
  request.line?.traffic.answered(String(refusal.status));
  return reply.code(refusal.status).send(refusal.body());
}

/** What the HTTP server refuses by itself, in LINE's words; undefined for a mistake of ours. */
function translated({ code, statusCode = 500 }: FastifyError, request: FastifyRequest): LineRefusal | undefined {
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return refusals.tooLarge();
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return refusals.contentType(request.headers['content-type'] ?? '');
  return statusCode < 500 ? new LineRefusal(statusCode, 'Bad request') : undefined;
}

/** LINE names line and column; the engine tells a position for some mistakes only. */
function notJson(error: unknown, text: string): LineRefusal {
  const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
  if (position === undefined) return refusals.notJson();
  const before = text.slice(0, Number(position)).split('\n');
  return refusals.notJson(String(before.length), String((before.at(-1) ?? '').length + 1));
}
