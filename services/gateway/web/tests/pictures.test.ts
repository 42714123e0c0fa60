import { beforeEach, describe, expect, it } from 'vitest';
import { session } from '../src/lib/auth/session.svelte';
import { jmap } from '../src/lib/jmap/client';
import { awaited, showPictures } from '../src/lib/mail/pictures';
import { sanitizeForFrame } from '../src/lib/mail/sanitize';
import { isTrusted, trust } from '../src/lib/mail/trusted';

function message(html: string): HTMLElement {
  const inside = document.createElement('div');
  inside.innerHTML = sanitizeForFrame(html);
  return inside;
}

describe('remote pictures', () => {
  it('are known by their number in the message, each once', () => {
    const inside = message('<img data-remote="0"><img data-remote="0"><td><p data-remote-background="1">x</p></td><img data-remote="x"><img data-cid="a">');
    expect([...awaited(inside)].map(([number, elements]) => [number, elements.length])).toEqual([[0, 2], [1, 1]]);
  });

  it('are drawn where they stood, four at a time, and missing ones are told', async () => {
    const inside = message(Array.from({ length: 10 }, (_, n) => `<img alt="" data-remote="${n}">`).join('') + '<p data-remote-background="10">x</p>');
    let underWay = 0;
    let most = 0;
    const missing: HTMLElement[] = [];
    const load = async (number: number): Promise<string> => {
      most = Math.max(most, ++underWay);
      await Promise.resolve();
      underWay--;
      if (number === 3) throw new Error('gone');
      return `blob:${number}`;
    };
    await showPictures(inside, load, (elements) => missing.push(...elements));
    expect(most).toBe(4);
    expect(missing.map((element) => element.dataset['remote'])).toEqual(['3']);
    expect([...inside.querySelectorAll('img')].map((image) => image.getAttribute('src'))).toEqual([0, 1, 2, null, 4, 5, 6, 7, 8, 9].map((n) => (n === null ? n : `blob:${n}`)));
    expect(inside.querySelector('p')?.style.backgroundImage).toMatch(/blob:10/);
  });
});

describe('senders whose pictures are always shown', () => {
  beforeEach(() => {
    localStorage.clear();
    session.shared = false;
    jmap.signIn({ accountId: 'a1', csrf: 'x' });
  });

  it('are kept in this browser for this account, whatever the case of their address', () => {
    trust('Musee@Automates.example', true);
    expect(isTrusted('musee@automates.EXAMPLE')).toBe(true);
    expect(isTrusted('')).toBe(false);
    jmap.signIn({ accountId: 'a2', csrf: 'x' });
    expect(isTrusted('musee@automates.example')).toBe(false);
  });

  it('can be forgotten, and are so many at most', () => {
    for (let n = 0; n < 310; n++) trust(`a${n}@x.example`, true);
    expect([isTrusted('a9@x.example'), isTrusted('a10@x.example')]).toEqual([false, true]);
    trust('a10@x.example', false);
    expect(isTrusted('a10@x.example')).toBe(false);
  });
});
