/** One line of the list: a conversation, as seen from the mailbox shown. */
import type { Address, EmailSummary, Id, SearchSnippet } from '../jmap/types';

export const SUMMARY_PROPERTIES = ['id', 'threadId', 'mailboxIds', 'keywords', 'from', 'to', 'subject', 'receivedAt', 'preview', 'hasAttachment'];
export const MEMBER_PROPERTIES = ['id', 'threadId', 'mailboxIds', 'keywords', 'hasAttachment'];

/** What the list must know of each message of a conversation to act on it. */
export interface Member {
  id: Id;
  threadId: Id;
  mailboxIds: Record<Id, true>;
  keywords: Record<string, true>;
  hasAttachment: boolean;
}
export interface Row {
  emailId: Id;
  threadId: Id;
  members: Member[];
  from: Address | null;
  to: Address[];
  subject: string;
  preview: string;
  date: Date;
  unread: boolean;
  flagged: boolean;
  attachment: boolean;
  draft: boolean;
  template: boolean;
  /** When it comes back, in the list of what waits. */
  until: Date | null;
  snippet: SearchSnippet | null;
}

export function buildRows(emails: EmailSummary[], members: Member[], snippets: SearchSnippet[]): Row[] {
  const threads = Map.groupBy(members, (member) => member.threadId);
  const found = new Map(snippets.map((snippet) => [snippet.emailId, snippet]));
  return emails.map((email) => {
    const thread = threads.get(email.threadId) ?? [email];
    return withFlags({
      emailId: email.id,
      threadId: email.threadId,
      members: thread,
      from: email.from?.[0] ?? null,
      to: email.to ?? [],
      subject: email.subject ?? '',
      preview: email.preview,
      date: new Date(email.receivedAt),
      snippet: found.get(email.id) ?? null,
      unread: false,
      flagged: false,
      attachment: false,
      draft: false,
      template: false,
      until: email.snoozed ? new Date(email.snoozed.until) : null,
    });
  });
}

/** The row with its marks worked out again from its messages. */
export function withFlags(row: Row): Row {
  const exemplar = row.members.find((member) => member.id === row.emailId);
  return {
    ...row,
    unread: row.members.some((member) => !member.keywords['$seen'] && !member.keywords['$draft']),
    flagged: row.members.some((member) => member.keywords['$flagged']),
    attachment: row.members.some((member) => member.hasAttachment),
    draft: exemplar?.keywords['$draft'] === true,
    template: exemplar?.keywords['$template'] === true,
  };
}

/** A /patch of keywords applied to the messages named. */
export function withKeyword(row: Row, ids: ReadonlySet<Id>, keyword: string, on: boolean): Row {
  const members = row.members.map((member) => {
    if (!ids.has(member.id)) return member;
    const { [keyword]: _, ...others } = member.keywords;
    return { ...member, keywords: on ? { ...others, [keyword]: true as const } : others };
  });
  return withFlags({ ...row, members });
}
