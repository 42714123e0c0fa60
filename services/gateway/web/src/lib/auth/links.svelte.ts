/**
 * What links in mails carry after "#": a secret. It leaves the address and the history before anything is shown, and
 * stays in the page's memory only.
 */
import { router, routeTo } from '../shell/router.svelte';

const PLACES = ['nouveau-mot-de-passe', 'adresse-de-secours'] as const;
export type Place = (typeof PLACES)[number];

class Links {
  private readonly secrets = $state<Partial<Record<Place, string>>>({});

  constructor() {
    this.take();
    addEventListener('hashchange', () => this.take());
  }

  of(place: Place): string {
    return this.secrets[place] ?? '';
  }

  /** Goes to a place with what serves there. */
  open(place: Place, secret: string): void {
    this.secrets[place] = secret;
    router.go(routeTo([place]));
  }

  forget(place: Place): void {
    delete this.secrets[place];
  }

  private take(): void {
    const place = PLACES.find((name) => name === router.current.path[0]);
    const secret = router.current.path[1];
    if (!place || !secret) return;
    this.secrets[place] = secret;
    router.go(routeTo([place]), true);
  }
}

export const links = new Links();
