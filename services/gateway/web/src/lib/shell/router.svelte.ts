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

  constructor() {
    addEventListener('hashchange', () => {
      this.current = parseRoute(location.hash);
    });
  }

  go(target: string, replace = false): void {
    if (target === location.hash) return;
    if (replace) {
      history.replaceState(null, '', target);
      this.current = parseRoute(target);
    } else {
      location.hash = target;
    }
  }
}

export const router = new Router();
