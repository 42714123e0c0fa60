/** Where the agent is: the address after "#", so that back, forward and bookmarks work. */

export interface Route {
  path: string[];
  query: URLSearchParams;
}

/** As typed when it is no valid encoding: a mistyped address must not break the page. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  return { path: path.split('/').filter(Boolean).map(decoded), query: new URLSearchParams(query) };
}

export function routeTo(path: (string | undefined)[], query: Record<string, string> = {}): string {
  const search = new URLSearchParams(query).toString();
  return `#/${path.filter((part): part is string => Boolean(part)).map(encodeURIComponent).join('/')}${search ? `?${search}` : ''}`;
}

class Router {
  current = $state.raw<Route>(parseRoute(location.hash));
  private shown = location.hash;
  private holding: (() => void) | undefined;

  constructor() {
    addEventListener('hashchange', () => this.moved());
  }

  /** Keeps the agent on this address: `asked` runs when they try to leave it. Returns how to let go. */
  hold(asked: () => void): () => void {
    this.holding = asked;
    return () => {
      if (this.holding === asked) this.holding = undefined;
    };
  }

  private moved(): void {
    if (this.holding && location.hash !== this.shown) {
      history.replaceState(null, '', this.shown || '#/');
      this.holding();
      return;
    }
    this.shown = location.hash;
    this.current = parseRoute(location.hash);
  }

  go(target: string, replace = false): void {
    if (target === location.hash) return;
    if (replace) {
      history.replaceState(null, '', target);
      this.shown = target;
      this.current = parseRoute(target);
    } else {
      location.hash = target;
    }
  }
}

export const router = new Router();
