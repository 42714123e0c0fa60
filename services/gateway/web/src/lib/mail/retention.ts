/** How long the server keeps what is in trash and junk. */
import type { MailboxRole } from '../jmap/types';

export const RETENTION = 'urn:webmail-montpellier:retention';

/** Days after which a message is destroyed there; 0: never. */
export function keptDays(capabilities: Record<string, object>, role: MailboxRole | null): number {
  const kept = (capabilities[RETENTION] ?? {}) as { trashDays?: number; junkDays?: number };
  if (role === 'trash') return kept.trashDays ?? 0;
  return role === 'junk' ? (kept.junkDays ?? 0) : 0;
}
