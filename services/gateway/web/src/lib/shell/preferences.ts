/** Small choices kept in this browser. While the computer is shared they stay in the page's memory and end with it. */
import { session } from '../auth/session.svelte';

const memory = new Map<string, string>();

export function preference(name: string): string | null {
  return memory.get(name) ?? localStorage.getItem(name);
}

export function remember(name: string, value: string): void {
  if (session.shared) memory.set(name, value);
  else localStorage.setItem(name, value);
}
