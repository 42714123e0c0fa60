import { describe, expect, it } from 'vitest';
import { listedAttachments, textOf } from '../src/lib/mail/content';
import { envelopeOf } from '../src/lib/mail/envelopes';
import { bringsColours, frameDocument, FRAME_POLICY, SANDBOX } from '../src/lib/mail/frame';
import { recipientSummary } from '../src/lib/mail/people';
import { blocks, linkify } from '../src/lib/mail/plaintext';
import { buildRows, withKeyword } from '../src/lib/mail/rows';
import { sanitizeForFrame } from '../src/lib/mail/sanitize';
import { filterOf } from '../src/lib/mail/scope';
import { segments } from '../src/lib/mail/snippet';
import { parseRoute, routeTo } from '../src/lib/shell/router.svelte';
import type { Email, EmailSummary } from '../src/lib/jmap/types';

describe('HTML messages', () => {
  it('lose whatever acts or fetches', () => {
    const clean = sanitizeForFrame(
      '<style>*{}</style><script>x()</script><svg onload="x()"></svg><form action="https://t.example"><input></form><iframe src="https://t.example"></iframe>' +
        '<img src="https://t.example/p.gif" srcset="https://t.example/2x" onerror="x()"><video poster="https://t.example"></video><table background="https://t.example/b.png"><tr><td>ok</td></tr></table>' +
        '<meta http-equiv="refresh" content="0;url=https://t.example"><base href="https://t.example"><object data="https://t.example"></object><math><mi>x</mi></math>',
    );
    expect(clean).toContain('ok');
    expect(clean).not.toMatch(/t\.example|script|svg|form|iframe|onerror|srcset|meta|base |object|math|style>/);
  });

  it('keep inline images by their Content-ID, and styles', () => {
    const clean = sanitizeForFrame('<p style="color:red">a<img data-cid="logo@x" alt="Logo"></p><img src="data:image/png;base64,AAAA"><img src="data:image/svg+xml;base64,AAAA">');
    expect(clean).toContain('data-cid="logo@x"');
    expect(clean).toContain('style="color:red"');
    expect(clean).toContain('data:image/png');
    expect(clean).not.toContain('svg+xml');
  });

  it('open links elsewhere, without opener or referrer, and only those of the web, mail and telephone', () => {
    expect(sanitizeForFrame('<a href="https://x.example">a</a>')).toMatch(/target="_blank".*rel="noopener noreferrer nofollow"|rel="noopener noreferrer nofollow".*target="_blank"/);
    expect(sanitizeForFrame('<a href="javascript:x()">a</a><a href="data:text/html,x">b</a><a href="/jmap/download/x">c</a>')).not.toContain('href');
  });

  it('stand in a frame whose first element is its policy and that never runs scripts', () => {
    const page = frameDocument('<p>a</p>', { scheme: 'dark', text: '#fff', link: '#aaf' });
    expect(page).toMatch(/^<!doctype html><html lang="fr"><head><meta http-equiv="Content-Security-Policy"/);
    expect(page).toContain(FRAME_POLICY);
    expect(SANDBOX).not.toContain('allow-scripts');
  });

  it('get white paper when they bring their own colours', () => {
    expect(bringsColours('<p style="color: red">')).toBe(true);
    expect(bringsColours('<td bgcolor="#eee">')).toBe(true);
    expect(bringsColours('<p style="margin:0">bonjour')).toBe(false);
  });
});

describe('sealed messages', () => {
  const message = (...parts: [string, string | null][]): Email =>
    ({ textBody: [], htmlBody: [], attachments: parts.map(([type, name], number) => ({ partId: `${number}`, blobId: `P${number}`, size: 1, type, name, cid: null, disposition: null })), safeHtml: null, bodyValues: {} }) as unknown as Email;

  it('are told for what they are', () => {
    expect(envelopeOf(message(['application/pkcs7-mime', 'smime.p7m']))).toBe('message.encrypted');
    expect(envelopeOf(message(['application/pgp-encrypted', null], ['application/octet-stream', 'encrypted.asc']))).toBe('message.encrypted');
    expect(envelopeOf(message(['application/x-pkcs7-signature', 'smime.p7s']))).toBe('message.signed');
    expect(envelopeOf(message(['application/octet-stream', 'message.eml']))).toBe('message.unreadable');
    expect(envelopeOf(message(['application/pdf', 'a.pdf']))).toBeNull();
    expect(envelopeOf(message())).toBeNull();
  });
});

describe('text messages', () => {
  it('fold quotations', () => {
    expect(blocks('Oui.\r\n\r\n> Venez-vous ?\r\n> Merci.\r\n\r\nYoussef')).toEqual([
      { quoted: false, text: 'Oui.' },
      { quoted: true, text: '> Venez-vous ?\n> Merci.' },
      { quoted: false, text: 'Youssef' },
    ]);
  });

  it('are cut in linear time, and into no more pieces than a page can hold', () => {
    const floods = ['a.'.repeat(250_000), 'a-'.repeat(250_000), `${'\n'.repeat(500_000)}x`, 'http://'.repeat(70_000), `http://${'!'.repeat(500_000)}`, 'a@'.repeat(250_000)];
    for (const flood of floods) expect(blocks(flood).flatMap((block) => linkify(block.text)).map((piece) => piece.text).join('')).toBe(flood);
    expect(blocks('> a\nb\n'.repeat(50_000))).toHaveLength(300);
    expect(linkify('http://x.example/ '.repeat(10_000)).length).toBeLessThan(1_100);
    expect(blocks('a\n\n\n> b\n\n').map((block) => block.text)).toEqual(['a', '> b']);
  });

  it('link addresses without the punctuation after them', () => {
    expect(linkify('Voir https://x.example/a?b=1. Écrire à a.b@x.example !').filter((piece) => piece.href)).toEqual([
      { text: 'https://x.example/a?b=1', href: 'https://x.example/a?b=1' },
      { text: 'a.b@x.example', href: 'mailto:a.b@x.example' },
    ]);
    expect(linkify('javascript:alert(1)')).toEqual([{ text: 'javascript:alert(1)', href: null }]);
  });

  it('list every file that is not shown in the text, those between texts too', () => {
    const image = { partId: '2', blobId: 'P2', size: 1, type: 'image/jpeg', name: 'photo.jpg', cid: null, disposition: 'inline' };
    const text = { partId: '1', blobId: 'P1', size: 1, type: 'text/plain', name: null, cid: null, disposition: null };
    const message = { textBody: [text, image], htmlBody: [text, image], attachments: [], safeHtml: null, bodyValues: { '1': { value: 'a', isTruncated: false } } } as unknown as Email;
    expect(listedAttachments(message)).toEqual([image]);
    expect(textOf(message)).toBe('a');
  });
});

describe('the list', () => {
  const summary = (id: string, extra: Partial<EmailSummary> = {}): EmailSummary => ({ id, threadId: 't1', mailboxIds: { m: true }, keywords: { $seen: true }, from: null, to: null, subject: null, receivedAt: '2026-11-23T09:00:00Z', preview: '', hasAttachment: false, ...extra });

  it('marks a conversation by any of its messages', () => {
    const [row] = buildRows([summary('e2')], [summary('e1', { keywords: { $flagged: true }, hasAttachment: true }), summary('e2')], []);
    expect(row).toMatchObject({ unread: true, flagged: true, attachment: true });
    expect(withKeyword(row!, new Set(['e1']), '$seen', true)).toMatchObject({ unread: false, flagged: true });
  });

  it('asks for what the scope and the chip say', () => {
    expect(filterOf({ kind: 'mailbox', mailboxId: 'm' }, 'unread')).toEqual({ inMailbox: 'm', notKeyword: '$seen' });
    expect(filterOf({ kind: 'search', filter: { text: 'bus' } }, 'all')).toEqual({ text: 'bus' });
    expect(filterOf({ kind: 'search', filter: { text: 'bus' } }, 'attachment')).toEqual({ operator: 'AND', conditions: [{ text: 'bus' }, { hasAttachment: true }] });
  });

  it('reads snippets as text', () => {
    expect(segments('le &lt;b&gt; <mark>bus</mark> &amp; moi')).toEqual([
      { text: 'le <b> ', marked: false },
      { text: 'bus', marked: true },
      { text: ' & moi', marked: false },
    ]);
  });

  it('sums recipients up, oneself first', () => {
    const to = ['a@x.fr', 'moi@x.fr', 'b@x.fr', 'c@x.fr'].map((email) => ({ name: null, email }));
    expect(recipientSummary(to, 'Moi@x.fr')).toBe('à moi, a@x.fr et 2 autres');
  });
});

describe('addresses of the page', () => {
  it('come back as they went', () => {
    const route = parseRoute(routeTo(['courrier', 'recherche', 'T/1'], { q: 'bus & « cars »' }));
    expect(route.path).toEqual(['courrier', 'recherche', 'T/1']);
    expect(route.query.get('q')).toBe('bus & « cars »');
  });
});
