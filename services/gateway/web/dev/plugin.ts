// A stand-in for the gateway while the page is developed and tested alone: in memory, one agent, never in the build.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Connect, Plugin } from 'vite';
import { MockAccount } from './account.ts';
import { CONTENT_POLICY, demoSettings } from './settings.ts';
import { Door, type Answer } from './door.ts';
import { Store } from './store.ts';
import { answer } from './jmap.ts';

function json(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(body));
}

function send(response: ServerResponse, { status, body, type }: Answer): void {
  if (!type && body !== undefined) return json(response, status, body);
  response.statusCode = status;
  if (type) response.setHeader('Content-Type', type);
  response.end(body);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

class MockGateway {
  private store = new Store();
  private account = new MockAccount();
  private signedIn = true;
  private door = this.newDoor();
  private readonly streams = new Set<ServerResponse>();

  private newDoor(): Door {
    return new Door(() => {
      this.signedIn = true;
      return { ...this.store.session, shared: this.door.shared };
    });
  }

  private async atTheDoor(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const text = String(await bodyOf(request));
    send(response, this.door.answer(request.method ?? '', url.pathname, text ? JSON.parse(text) : {}) ?? { status: 404, body: { code: 'not-found' } });
  }

  private push = (types: string[]): void => {
    const changed = { [this.store.accountId]: Object.fromEntries(types.map((type) => [type, String(this.store.state)])) };
    for (const stream of this.streams) stream.write(`event: state\ndata: ${JSON.stringify({ '@type': 'StateChange', changed })}\n\n`);
  };

  readonly middleware: Connect.NextHandleFunction = (request, response, next) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    response.setHeader('Content-Security-Policy', CONTENT_POLICY);
    if (/^\/api\/v1\/account(\/|$)/.test(url.pathname)) return void this.answerAccount(request, response, url);
    const handler = this.routes[`${request.method} ${url.pathname.split('/').slice(0, 4).join('/')}`];
    if (!handler) return next();
    void handler(request, response, url);
  };

  private async answerAccount(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (!this.signedIn) return json(response, 401, { code: 'not-signed-in' });
    const given = String(await bodyOf(request));
    const body = given ? (JSON.parse(given) as Record<string, string>) : {};
    send(response, this.account.answer(request.method ?? '', url.pathname.split('/').slice(4), url.searchParams, body, { session: this.store.session, door: this.door }));
    if (request.method !== 'GET') this.push(['Account']);
  }

  private readonly routes: Record<string, (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> | void> = {
    'GET /api/v1/settings': (_, response) => json(response, 200, demoSettings),
    'GET /api/v1/services': (_, response) => json(response, 200, { auth: 'up', mail: 'up', contacts: 'up', calendar: this.store.down.has('calendar') ? 'down' : 'up' }),
    'GET /api/v1/session': (_, response) => (this.signedIn ? json(response, 200, { ...this.store.session, shared: this.door.shared }) : json(response, 401, { code: 'not-signed-in' })),
    'DELETE /api/v1/session': (_, response) => {
      this.signedIn = false;
      response.statusCode = 204;
      response.end();
    },
    'POST /api/v1/session': (request, response, url) => this.atTheDoor(request, response, url),
    'POST /api/v1/activation': (request, response, url) => this.atTheDoor(request, response, url),
    'POST /api/v1/challenges': (request, response, url) => this.atTheDoor(request, response, url),
    'GET /api/v1/challenges': (request, response, url) => this.atTheDoor(request, response, url),
    'POST /api/v1/recovery': (request, response, url) => this.atTheDoor(request, response, url),
    'GET /.well-known/jmap': (_, response) => {
      const accountCapabilities = {
        'urn:ietf:params:jmap:mail': { maxSizeAttachmentsPerEmail: 19_660_800 },
        'urn:webmail-montpellier:retention': { trashDays: 30, junkDays: 30 },
      };
      json(response, 200, { accounts: { [this.store.accountId]: { accountCapabilities } } });
    },
    'POST /jmap/api': async (request, response) => {
      const { methodCalls } = JSON.parse(String(await bodyOf(request))) as { methodCalls: [string, Record<string, unknown>, string][] };
      if (!this.signedIn) return json(response, 401, { code: 'not-signed-in' });
      const before = this.store.state;
      const methodResponses = answer(this.store, methodCalls);
      json(response, 200, { methodResponses, sessionState: '1' });
      if (this.store.state !== before) this.push(['Email', 'Mailbox', 'Thread', 'CalendarEvent', 'ContactCard']);
    },
    'GET /jmap/eventsource': (request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
      response.write('event: ping\ndata: {}\n\n');
      this.streams.add(response);
      request.on('close', () => this.streams.delete(response));
    },
    // For the page's own tests: a message arrives, a service goes away, the session ends, everything starts again.
    'POST /mock/arrive': (_, response) => {
      this.store.arrive();
      this.push(['Email', 'Mailbox', 'Thread']);
      json(response, 200, {});
    },
    'POST /mock/down': (_, response, url) => {
      const service = url.searchParams.get('service') ?? '';
      if (url.searchParams.get('back')) this.store.down.delete(service);
      else this.store.down.add(service);
      json(response, 200, {});
    },
    'POST /mock/difficulty': (_, response, url) => {
      this.door.setDifficulty(Number(url.searchParams.get('bits')));
      json(response, 200, {});
    },
    'POST /mock/sign-out': (_, response) => {
      this.signedIn = false;
      json(response, 200, {});
    },
    // Somebody asks for a new activation; nothing is enrolled any more; the computer is shared.
    'POST /mock/reopening': (_, response) => {
      this.account.askReopening();
      this.push(['Account']);
      json(response, 200, {});
    },
    'POST /mock/means': (_, response) => {
      this.account.means = { email: '', email_confirmed: false, email_waiting: '', codes_left: 0 };
      this.push(['Account']);
      json(response, 200, {});
    },
    'POST /mock/shared': (_, response) => {
      this.door.shared = true;
      json(response, 200, {});
    },
    'POST /mock/reset': (_, response) => {
      this.store = new Store();
      this.account = new MockAccount();
      this.signedIn = true;
      this.door = this.newDoor();
      json(response, 200, {});
    },
    'POST /jmap/upload/a-mock': async (request, response) => {
      const bytes = await bodyOf(request);
      const type = request.headers['content-type'] ?? 'application/octet-stream';
      json(response, 201, { accountId: this.store.accountId, blobId: this.store.keep(bytes, type), type, size: bytes.length });
    },
    'GET /jmap/download/a-mock': (_, response, url) => {
      const blob = this.store.blobs.get(decodeURIComponent(url.pathname.split('/')[4] ?? ''));
      response.statusCode = blob ? 200 : 404;
      if (blob) response.setHeader('Content-Type', blob.type);
      response.end(blob?.bytes);
    },
  };
}

export function mockGateway(): Plugin {
  const gateway = new MockGateway();
  return {
    name: 'mock-gateway',
    configureServer: (server) => void server.middlewares.use(gateway.middleware),
    configurePreviewServer: (server) => void server.middlewares.use(gateway.middleware),
  };
}
