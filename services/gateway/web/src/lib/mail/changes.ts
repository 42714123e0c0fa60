/** The arguments of Email/set for many messages, in pieces that the server takes at once. */
import type { Id } from '../jmap/types';

export type Patch = Record<string, unknown>;
export interface Changes {
  update?: Record<Id, Patch>;
  destroy?: Id[];
}

/** Each piece names at most `size` objects (maxObjectsInSet, RFC 8620 §2). There is always one piece. */
export function inPieces({ update = {}, destroy = [] }: Changes, size: number): Changes[] {
  const patches = Object.entries(update);
  const pieces: Changes[] = [];
  for (let at = 0; at < patches.length; at += size) pieces.push({ update: Object.fromEntries(patches.slice(at, at + size)) });
  for (let at = 0; at < destroy.length; at += size) pieces.push({ destroy: destroy.slice(at, at + size) });
  return pieces.length > 0 ? pieces : [{}];
}
