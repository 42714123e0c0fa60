import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { composer } from '../src/lib/compose/composer.svelte';
import { identities } from '../src/lib/compose/identities.svelte';
import { htmlToText } from '../src/lib/compose/markup';
import { isSigned, recognised, signed } from '../src/lib/compose/signature';
import type { Identity } from '../src/lib/jmap/types';
import { sanitizeForEditor } from '../src/lib/mail/sanitize';

const identity = (name: string, text: string, more: Partial<Identity> = {}): Identity => ({ id: name, name, email: 'solene@ac.example', replyTo: null, bcc: null, textSignature: text, htmlSignature: text && `<p><b>${text}</b></p>`, mayDelete: true, ...more });
const CLASS = identity('Classe', 'Mme Tournesol, 4ᵉ B');
const CLUB = identity('Club', 'Le club lecture', { bcc: [{ name: null, email: 'club@ac.example' }] });
const NONE = identity('Sans', '');
const never = (): boolean => false;
const order = (html: string): string[] => [...new DOMParser().parseFromString(html, 'text/html').body.children].map((child) => child.className || child.tagName);

describe('a signature', () => {
  it('stands below the text of a new message', () => {
    expect(order(signed('<p><br></p>', CLASS, never))).toEqual(['P', 'signature']);
  });

  it('stands above what is quoted, and above what is forwarded', () => {
    expect(order(signed('<p><br></p><p>Le lundi, Youssef a écrit :</p><blockquote>Qui vient ?</blockquote>', CLASS, never))).toEqual(['P', 'signature', 'P', 'BLOCKQUOTE']);
    expect(order(signed('<p><br></p><p>Transféré</p><div>De : Youssef</div>', CLASS, (line) => line === 'Transféré'))).toEqual(['P', 'signature', 'P', 'DIV']);
  });

  it('gives way to another, and to none', () => {
    const first = signed('<p>Bonjour</p>', CLASS, never);
    const second = signed(first, CLUB, never);
    expect(second).toContain('Le club lecture');
    expect(second).not.toContain('Tournesol');
    expect(order(signed(second, NONE, never))).toEqual(['P']);
  });

  it('is told apart in the text version as mail programs know it', () => {
    expect(htmlToText(signed('<p>Bonjour</p>', CLASS, never)).split('\n')).toEqual(['Bonjour', '', '-- ', '', 'Mme Tournesol, 4ᵉ B']);
  });

  it('keeps its mark in the editor, where no other class stays', () => {
    expect(isSigned(sanitizeForEditor(signed('<p>Bonjour</p>', CLASS, never)))).toBe(true);
    expect(sanitizeForEditor('<p class="x" onclick="y()">a</p>')).toBe('<p>a</p>');
  });

  it('is known again in a draft that lost its marks, unless it was changed', () => {
    const draft = signed('<p>Bonjour</p>', CLASS, never).replace(' class="signature"', '');
    expect(isSigned(draft)).toBe(false);
    expect(isSigned(recognised(draft, [CLUB, CLASS]))).toBe(true);
    expect(isSigned(recognised(draft.replace('4ᵉ B', '3ᵉ A'), [CLUB, CLASS]))).toBe(false);
  });
});

describe('writing under several identities', () => {
  beforeEach(() => {
    vi.stubGlobal('fetch', vi.fn(async () => new Response('{}', { status: 503 })));
    identities.all = [CLASS, CLUB];
    composer.write();
  });
  afterEach(async () => {
    await composer.discard();
    await composer.discard();
    identities.all = [];
    vi.unstubAllGlobals();
  });

  it('signs what is begun, without making a draft of it', async () => {
    expect(composer.html).toContain('Mme Tournesol');
    await composer.close();
    expect(composer.isOpen).toBe(false);
  });

  it('changes signature and hidden copies with the identity', () => {
    composer.writeAs(CLUB);
    expect(composer.html).toContain('Le club lecture');
    expect(composer.bcc.map((address) => address.email)).toEqual(['club@ac.example']);
    composer.writeAs(CLASS);
    expect(composer.bcc).toEqual([]);
    expect(composer.html).not.toContain('Le club lecture');
  });

  it('does not bring back a signature that was taken out by hand', () => {
    composer.html = '<p>Bonjour</p>';
    composer.writeAs(CLUB);
    expect(composer.html).toBe('<p>Bonjour</p>');
  });
});
