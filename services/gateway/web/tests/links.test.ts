import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

async function opened(hash: string) {
  vi.resetModules();
  history.pushState(null, '', hash);
  const { links } = await import('../src/lib/auth/links.svelte');
  const { router } = await import('../src/lib/shell/router.svelte');
  return { links, router };
}

describe('a link from a mail', () => {
  const listening = vi.spyOn(globalThis, 'addEventListener');

  /** The listeners of a page that was left would answer before those of the next. */
  function leave(): void {
    for (const [type, listener] of listening.mock.calls) removeEventListener(type, listener as EventListener);
    listening.mockClear();
  }

  // The modules are compiled once, on no test's time.
  beforeAll(async () => {
    await opened('#/');
    leave();
  }, 60_000);
  beforeEach(() => history.replaceState(null, '', '/'));
  afterEach(leave);

  it('leaves the address and the history at once, and serves all the same', async () => {
    const entries = history.length;
    const { links, router } = await opened('#/nouveau-mot-de-passe/s3cr3t');
    expect(location.href).not.toContain('s3cr3t');
    expect(router.current.path).toEqual(['nouveau-mot-de-passe']);
    expect(links.of('nouveau-mot-de-passe')).toBe('s3cr3t');
    expect(history.length).toBe(entries + 1);
  });

  it('does so in a page that is open already', async () => {
    const { links } = await opened('#/');
    location.hash = '#/adresse-de-secours/t0k3n';
    await vi.waitFor(() => expect(location.hash).toBe('#/adresse-de-secours'), 10_000);
    expect(links.of('adresse-de-secours')).toBe('t0k3n');
    expect(links.of('nouveau-mot-de-passe')).toBe('');
  });

  it('is forgotten once used', async () => {
    const { links } = await opened('#/adresse-de-secours/t0k3n');
    links.forget('adresse-de-secours');
    expect(links.of('adresse-de-secours')).toBe('');
  });

  it('leaves other addresses alone', async () => {
    const { router } = await opened('#/courrier/inbox');
    expect(router.current.path).toEqual(['courrier', 'inbox']);
    expect(location.hash).toBe('#/courrier/inbox');
  });
});
