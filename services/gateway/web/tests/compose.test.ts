import { describe, expect, it } from 'vitest';
import { parseAddresses, withoutKnown } from '../src/lib/compose/addresses';
import { emailObject } from '../src/lib/compose/draft';
import { htmlToText, textToHtml } from '../src/lib/compose/markup';
import { answerSubject, openingFor, recipients, threading } from '../src/lib/compose/reply';
import type { BodyPart, Email } from '../src/lib/jmap/types';

const SELF = 'solene@ac.example';
const person = (name: string): { name: string; email: string } => ({ name, email: `${name.toLowerCase()}@ac.example` });
const part = (type: string, extra: Partial<BodyPart> = {}): BodyPart => ({ partId: '1', blobId: 'P1', size: 10, type, name: null, cid: null, disposition: null, ...extra });

function email(extra: Partial<Email> = {}): Email {
  return {
    id: 'e1', threadId: 't1', mailboxIds: {}, keywords: {}, from: [person('Camille')], to: [{ name: null, email: SELF.toUpperCase() }, person('Youssef')], cc: [person('Ines')], bcc: null, replyTo: null, sender: null,
    subject: 'Ordre du jour', receivedAt: '2026-11-23T09:42:00Z', sentAt: null, preview: '', hasAttachment: false, blobId: 'M1', size: 1, messageId: ['m1@x'], inReplyTo: null, references: ['m0@x'],
    textBody: [part('text/plain')], htmlBody: [part('text/plain')], attachments: [], bodyValues: { '1': { value: 'Bonjour <tous>', isTruncated: false } }, safeHtml: null, ...extra,
  };
}

describe('answers', () => {
  it('go to the sender; to all, with the other recipients in copy and oneself left out', () => {
    expect(recipients('reply', email(), SELF)).toEqual({ to: [person('Camille')], cc: [] });
    expect(recipients('replyAll', email(), SELF)).toEqual({ to: [person('Camille')], cc: [person('Youssef'), person('Ines')] });
  });

  it('go where the sender asks, and to one’s own correspondents when answering oneself', () => {
    expect(recipients('reply', email({ replyTo: [person('Secretariat')] }), SELF).to).toEqual([person('Secretariat')]);
    expect(recipients('reply', email({ from: [{ name: 'Moi', email: SELF }], to: [person('Youssef')] }), SELF).to).toEqual([person('Youssef')]);
  });

  it('do not pile prefixes up', () => {
    expect(answerSubject('reply', 'Réunion')).toBe('Re: Réunion');
    expect(answerSubject('reply', 'RE : Réunion')).toBe('RE : Réunion');
    expect(answerSubject('forward', 'Re: Réunion')).toBe('Fwd: Re: Réunion');
  });

  it('carry the thread', () => {
    expect(threading(email())).toEqual({ inReplyTo: ['m1@x'], references: ['m0@x', 'm1@x'] });
    expect(threading(email({ messageId: null }))).toEqual({ inReplyTo: null, references: null });
  });

  it('quote text as text', () => {
    const { html } = openingFor('reply', email(), SELF);
    expect(html).toContain('<blockquote><div>Bonjour &lt;tous&gt;</div></blockquote>');
    expect(html).toContain('Camille a écrit');
  });

  it('quote HTML without style, image, script or handler', () => {
    const hostile = '<p style="position:fixed" onclick="x()">Bonjour<img src="https://t.example/p.gif"><script>alert(1)</script><a href="javascript:x()">ici</a></p>';
    const { html } = openingFor('reply', email({ htmlBody: [part('text/html')], safeHtml: { html: hostile, blockedRemote: 1 } }), SELF);
    expect(html).toContain('Bonjour');
    expect(html).not.toMatch(/style=|onclick|<img|script|javascript:|t\.example/);
  });

  it('forward with the headings and every file, inline images too', () => {
    const attachments = [part('application/pdf', { blobId: 'P2', name: 'a.pdf' }), part('image/png', { blobId: 'P3', cid: 'logo', disposition: 'inline' })];
    const opening = openingFor('forward', email({ attachments, htmlBody: [part('text/html')], safeHtml: { html: '<img data-cid="logo">', blockedRemote: 0, cids: { logo: 'P3' } } }), SELF);
    expect(opening.to).toEqual([]);
    expect(opening.attachments.map((file) => file.blobId)).toEqual(['P2', 'P3']);
    expect(opening.html).toContain('camille@ac.example');
  });
});

describe('text and HTML', () => {
  it('makes the text version: paragraphs, lists, quotations, links', () => {
    const html = '<p>Bonjour,</p><p>Trois <b>points</b> :<br>à retenir</p><ul><li>appel</li><li>pique-nique</li></ul><ol><li>un</li></ol><blockquote><div>cité</div><blockquote>deux fois</blockquote></blockquote><p><a href="https://x.example/">site</a></p>';
    expect(htmlToText(html)).toBe('Bonjour,\n\nTrois points :\nà retenir\n\n- appel\n- pique-nique\n\n1. un\n\n> cité\n>\n>> deux fois\n\nsite <https://x.example/>');
  });

  it('keeps empty lines of text, and gives text back', () => {
    expect(textToHtml('a\n\nb & c')).toBe('<div>a</div><div><br></div><div>b &amp; c</div>');
    expect(htmlToText(textToHtml('a\n\nb & c'))).toBe('a\n\nb & c');
  });
});

describe('addresses', () => {
  it('reads what people paste', () => {
    const { addresses, rest } = parseAddresses('Camille Brindacier <camille@ac.example>; "Nom, Prénom" <np@x.fr>, seul@x.fr, presque@');
    expect(addresses).toEqual([{ name: 'Camille Brindacier', email: 'camille@ac.example' }, { name: 'Nom, Prénom', email: 'np@x.fr' }, { name: null, email: 'seul@x.fr' }]);
    expect(rest).toBe('presque@');
  });

  it('takes each address once, whatever its case', () => {
    expect(withoutKnown([{ name: null, email: 'A@x.fr' }, { name: null, email: 'a@X.fr' }, { name: null, email: 'b@x.fr' }], [{ name: null, email: 'B@x.fr' }])).toEqual([{ name: null, email: 'A@x.fr' }]);
  });
});

describe('the draft', () => {
  it('has both versions of the text, and only the headers that are there', () => {
    const object = emailObject({ messageId: 'm@ac.example', from: person('Solene'), replyTo: null, to: [person('Camille')], cc: [], bcc: [], subject: 'S', html: '<p>Bonjour</p>', attachments: [{ blobId: 'B1', name: 'a.pdf', type: 'application/pdf' }], inReplyTo: null, references: null }, 'd');
    expect(object).toMatchObject({ messageId: ['m@ac.example'], mailboxIds: { d: true }, keywords: { $draft: true, $seen: true }, textBody: [{ type: 'text/plain' }], htmlBody: [{ type: 'text/html' }], attachments: [{ blobId: 'B1', disposition: 'attachment' }] });
    expect((object['bodyValues'] as { text: { value: string } }).text.value).toBe('Bonjour');
    expect(Object.keys(object)).not.toEqual(expect.arrayContaining(['cc']));
  });
});
