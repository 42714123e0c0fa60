/** The Email object (RFC 8621 §4.6) of what is being written. */
import type { Address, Email, Id } from '../jmap/types';
import { isPlainText, textOf } from '../mail/content';
import { sanitizeForEditor } from '../mail/sanitize';
import { domainOf } from './addresses';
import { htmlToText, textToHtml } from './markup';

export interface DraftContent {
  /** Without angle brackets; the server chooses one when null. */
  messageId: string | null;
  from: Address;
  replyTo: Address[] | null;
  to: Address[];
  cc: Address[];
  bcc: Address[];
  subject: string;
  html: string;
  attachments: { blobId: Id; name: string; type: string }[];
  inReplyTo: string[] | null;
  references: string[] | null;
}

/** What of a stored draft goes into the editor. */
export function contentHtml(email: Email): string {
  return isPlainText(email) || !email.safeHtml ? textToHtml(textOf(email)) : sanitizeForEditor(email.safeHtml.html);
}

/** A Message-ID (RFC 5322 §3.6.4) that no other message has. */
export function newMessageId(from: Address): string {
  const random = crypto.getRandomValues(new Uint8Array(16));
  return `${[...random].map((byte) => byte.toString(16).padStart(2, '0')).join('')}@${domainOf(from.email)}`;
}

export function emailObject(draft: DraftContent, draftsId: Id): Record<string, unknown> {
  const email: Record<string, unknown> = {
    mailboxIds: { [draftsId]: true },
    keywords: { $draft: true, $seen: true },
    from: [draft.from],
    subject: draft.subject,
    textBody: [{ partId: 'text', type: 'text/plain' }],
    htmlBody: [{ partId: 'html', type: 'text/html' }],
    bodyValues: {
      text: { value: htmlToText(draft.html) },
      html: { value: `<!doctype html><html><head><meta charset="utf-8"></head><body>${draft.html}</body></html>` },
    },
  };
  if (draft.messageId) email['messageId'] = [draft.messageId];
  if (draft.replyTo?.length) email['replyTo'] = draft.replyTo;
  if (draft.to.length > 0) email['to'] = draft.to;
  if (draft.cc.length > 0) email['cc'] = draft.cc;
  if (draft.bcc.length > 0) email['bcc'] = draft.bcc;
  if (draft.inReplyTo) email['inReplyTo'] = draft.inReplyTo;
  if (draft.references) email['references'] = draft.references;
  if (draft.attachments.length > 0) email['attachments'] = draft.attachments.map((file) => ({ ...file, disposition: 'attachment' }));
  return email;
}
