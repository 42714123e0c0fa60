/** What of a message is shown, and how. */
import type { BodyPart, Email } from '../jmap/types';

/** True when the message has no HTML version: its text is shown as text. */
export function isPlainText(email: Email): boolean {
  return !email.htmlBody.some((part) => part.type === 'text/html');
}

/** The text parts, in order. */
export function textOf(email: Email): string {
  return email.textBody
    .filter((part) => part.type.startsWith('text/'))
    .map((part) => (part.partId ? (email.bodyValues[part.partId]?.value ?? '') : ''))
    .filter((text) => text !== '')
    .join('\n');
}

/** Everything that is not the text: attachments, and the media between texts, which RFC 8621 §4.1.4 counts as body. */
export function mediaParts(email: Email): BodyPart[] {
  const between = email.htmlBody.filter((part) => !part.type.startsWith('text/'));
  const seen = new Set(email.attachments.map((part) => part.blobId));
  return [...email.attachments, ...between.filter((part) => !seen.has(part.blobId))];
}

/** Parts to list: all but the images that the message itself shows. */
export function listedAttachments(email: Email): BodyPart[] {
  const shown = new Set(Object.keys(email.safeHtml?.cids ?? {}));
  return mediaParts(email).filter((part) => !(part.cid && shown.has(part.cid) && !isPlainText(email)));
}
