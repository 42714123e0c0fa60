/** The mailboxes of the account, named in French by role, with their unread counts. */
import { t, type MessageKey } from '../i18n/catalogue';
import type { Batch } from '../jmap/client';
import type { GetResult, Id, Mailbox, MailboxRole } from '../jmap/types';
import type { IconName } from '../shell/icon-names';

const ROLES: Record<MailboxRole, { name: MessageKey; icon: IconName }> = {
  inbox: { name: 'mailbox.inbox', icon: 'inbox' },
  snoozed: { name: 'mailbox.snoozed', icon: 'clock' },
  sent: { name: 'mailbox.sent', icon: 'send' },
  drafts: { name: 'mailbox.drafts', icon: 'file-pen-line' },
  scheduled: { name: 'mailbox.scheduled', icon: 'clock' },
  templates: { name: 'mailbox.templates', icon: 'layout-template' },
  archive: { name: 'mailbox.archive', icon: 'archive' },
  junk: { name: 'mailbox.junk', icon: 'shield-alert' },
  trash: { name: 'mailbox.trash', icon: 'trash-2' },
};
const ORDER: MailboxRole[] = ['inbox', 'snoozed', 'sent', 'drafts', 'scheduled', 'templates', 'archive', 'junk', 'trash'];

export function mailboxName(mailbox: Mailbox): string {
  return mailbox.role && mailbox.role in ROLES ? t(ROLES[mailbox.role].name) : mailbox.name;
}

export function mailboxIcon(mailbox: Mailbox): IconName {
  return mailbox.role && mailbox.role in ROLES ? ROLES[mailbox.role].icon : 'folder';
}

/** The number beside a mailbox: drafts and trash have no use for "unread". */
export function mailboxCount(mailbox: Mailbox): number {
  if (mailbox.role === 'drafts' || mailbox.role === 'scheduled') return mailbox.totalEmails;
  if (mailbox.role === 'snoozed') return mailbox.totalThreads;
  return mailbox.role === 'sent' || mailbox.role === 'trash' || mailbox.role === 'templates' ? 0 : mailbox.unreadThreads;
}

class Mailboxes {
  all = $state.raw<Mailbox[]>([]);

  readonly withRole = $derived(
    ORDER.map((role) => this.all.find((mailbox) => mailbox.role === role)).filter((mailbox) => mailbox !== undefined),
  );
  readonly personal = $derived(
    this.all.filter((mailbox) => !this.withRole.includes(mailbox)).sort((a, b) => a.sortOrder - b.sortOrder || a.name.localeCompare(b.name, 'fr')),
  );

  role(role: MailboxRole): Mailbox | undefined {
    return this.all.find((mailbox) => mailbox.role === role);
  }

  /** By id, or by role as in the page's addresses. */
  find(key: Id): Mailbox | undefined {
    return this.all.find((mailbox) => mailbox.role === key || mailbox.id === key);
  }

  /** Adds the calls of a refresh to a batch; the result is to be run once the batch was sent. */
  refreshIn(batch: Batch): () => void {
    const get = batch.call<GetResult<Mailbox>>('Mailbox/get', { ids: null });
    return () => {
      this.all = get.value.list;
    };
  }
}

export const mailboxes = new Mailboxes();

/** What is written or put off has its own ways into these. */
const NOT_BY_HAND: readonly (MailboxRole | null)[] = ['drafts', 'sent', 'scheduled', 'templates', 'snoozed'];

export function mayReceive(mailbox: Mailbox): boolean {
  return !NOT_BY_HAND.includes(mailbox.role);
}

/** Where messages of `here` (else of anywhere) may be moved by hand. */
export function moveTargets(here: Mailbox | undefined): { id: Id; label: string; icon: IconName }[] {
  return [...mailboxes.withRole, ...mailboxes.personal]
    .filter((mailbox) => mailbox.id !== here?.id && mayReceive(mailbox))
    .map((mailbox) => ({ id: mailbox.id, label: mailboxName(mailbox), icon: mailboxIcon(mailbox) }));
}
