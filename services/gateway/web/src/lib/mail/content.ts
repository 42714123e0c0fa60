/** What of a message is shown, and how. */
import type { BodyPart, Email } from '../jmap/types';

/** True when the message has no HTML version: its text is shown as text. */
export function isPlainText(email: Email): boolean {
  return email.htmlBody.every((part) => part.type === 'text/plain');
}

/** The text parts, in order. */
export function textOf(email: Email): string {
  return email.textBody
    .map((part) => (part.partId ? (email.bodyValues[part.partId]?.value ?? '') : ''))
    .filter((text) => text !== '')
    .join('\n');
}

/** Attachments to list: all but the images that the message itself shows. */
export function listedAttachments(email: Email): BodyPart[] {
  const html = email.safeHtml?.html ?? '';
  return email.attachments.filter((part) => !(part.cid && html.includes(`data-cid="${part.cid}"`)));
}
