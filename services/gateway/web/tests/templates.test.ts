import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { composer } from '../src/lib/compose/composer.svelte';
import { identities } from '../src/lib/compose/identities.svelte';
import { templates } from '../src/lib/compose/templates.svelte';
import { jmap } from '../src/lib/jmap/client';
import type { Email, Identity, Mailbox } from '../src/lib/jmap/types';
import { mailboxes } from '../src/lib/mail/mailboxes.svelte';

type Args = Record<string, unknown>;
type Invocation = [string, Args, string];

const SIGNED: Identity = { id: 'i1', name: 'Solène', email: 'solene@ac.example', replyTo: null, bcc: null, textSignature: 'Mme Tournesol', htmlSignature: '', mayDelete: false };
const STORED = {
  id: 't1', keywords: { $draft: true, $template: true }, from: [{ name: 'Solène', email: 'solene@ac.example' }], to: [{ name: null, email: 'vie.scolaire@ac.example' }], cc: null, bcc: null, replyTo: null,
  subject: 'Absence', inReplyTo: null, references: null, textBody: [], htmlBody: [{ type: 'text/html' }], attachments: [], bodyValues: {}, safeHtml: { html: '<p>Bonjour, un élève est absent.</p>', blockedRemote: 0 },
} as unknown as Email;
const role = (name: string): Mailbox => ({ id: name, role: name }) as Mailbox;

/** A gateway with the template; `existing` is a folder that bears the name already. */
function gateway(existing = ''): Invocation[] {
  const calls: Invocation[] = [];
  vi.stubGlobal('fetch', vi.fn(async (_: string, init: RequestInit) => {
    const { methodCalls } = JSON.parse(String(init.body)) as { methodCalls: Invocation[] };
    calls.push(...methodCalls);
    const methodResponses = methodCalls.map(([name, args, id]): Invocation => {
      if (name === 'Email/get') return [name, { list: [STORED] }, id];
      if (name === 'Mailbox/get') return [name, { list: mailboxes.all }, id];
      if (name === 'Mailbox/set' && args['create']) return [name, existing ? { notCreated: { templates: { type: 'invalidProperties', existingId: existing } } } : { created: { templates: { id: 'templates' } } }, id];
      return [name, { created: { template: { id: 'e9' }, draft: { id: 'e8' } }, ids: [] }, id];
    });
    return new Response(JSON.stringify({ methodResponses }));
  }));
  return calls;
}
const named = (calls: Invocation[], wanted: string): Args[] => calls.filter(([name]) => name === wanted).map(([, args]) => args);

beforeEach(() => {
  jmap.signIn({ accountId: 'a1', csrf: 'token' });
  identities.all = [SIGNED];
  mailboxes.all = [role('drafts'), role('sent'), role('trash')];
});
afterEach(async () => {
  for (let tries = 0; composer.isOpen && tries < 2; tries++) await composer.discard();
  identities.all = [];
  vi.unstubAllGlobals();
});

describe('a template', () => {
  it('is kept unsigned, in a mailbox made on first use', async () => {
    const calls = gateway();
    composer.write();
    composer.html = `<p>Bonjour</p>${composer.html}`;
    await templates.save(await composer.asTemplate(), 'Absence');
    expect(named(calls, 'Mailbox/set')[0]?.['create']).toEqual({ templates: { name: 'Modèles', role: 'templates' } });
    const object = (named(calls, 'Email/set')[0]?.['create'] as { template: Args & { bodyValues: { html: { value: string } } } }).template;
    expect(object).toMatchObject({ subject: 'Absence', mailboxIds: { templates: true }, keywords: { $template: true, $draft: true } });
    expect(object.bodyValues.html.value).toContain('Bonjour');
    expect(object.bodyValues.html.value).not.toContain('Tournesol');
  });

  it('goes into the folder of that name which the agent had', async () => {
    const calls = gateway('f7');
    composer.write();
    await templates.save(await composer.asTemplate(), 'Absence');
    expect(named(calls, 'Mailbox/set')[1]?.['update']).toEqual({ f7: { role: 'templates' } });
    expect(named(calls, 'Email/set')[0]?.['create']).toMatchObject({ template: { mailboxIds: { f7: true } } });
  });

  it('stays as it is when a message is begun from it: what is saved or sent is a copy', async () => {
    const calls = gateway();
    await composer.editDraft('t1');
    expect(composer.subject).toBe('Absence');
    expect(composer.html).toContain('un élève est absent');
    expect(composer.html).toContain('Mme Tournesol');
    composer.touch();
    await composer.close();
    const sets = named(calls, 'Email/set');
    expect(sets).toHaveLength(1);
    expect(sets[0]).not.toHaveProperty('destroy');
    expect(sets[0]?.['create']).not.toMatchObject({ draft: { keywords: { $template: true } } });
  });

  it('fills an open message above what stands there, and only the fields that are empty', async () => {
    gateway();
    composer.write([{ name: null, email: 'camille@ac.example' }]);
    composer.html = '<p>Merci.</p>';
    await composer.fillWith('t1');
    expect(composer.to.map((address) => address.email)).toEqual(['camille@ac.example']);
    expect(composer.subject).toBe('Absence');
    expect(composer.html).toBe('<p>Bonjour, un élève est absent.</p><p>Merci.</p>');
  });
});
