/** What a message is sealed in, or that it could not be opened: said in one sentence above it. */
import type { BodyPart, Email } from '../jmap/types';
import { mediaParts } from './content';

export type Envelope = 'message.encrypted' | 'message.signed' | 'message.unreadable';

const ENCRYPTED = /^application\/(?:(?:x-)?pkcs7-mime|pgp-encrypted)$/;
const SIGNED = /^application\/(?:(?:x-)?pkcs7-signature|pgp-signature)$/;
/** As the server names what it could take no part of (services/mail/domain/mime/message.py). */
const WHOLE = { name: 'message.eml', type: 'application/octet-stream' };

export function envelopeOf(email: Email): Envelope | null {
  const parts = mediaParts(email);
  if (parts.some((part) => ENCRYPTED.test(part.type))) return 'message.encrypted';
  if (parts.some((part) => SIGNED.test(part.type))) return 'message.signed';
  const [only] = parts;
  const unread = email.textBody.length === 0 && parts.length === 1 && only?.name === WHOLE.name && only.type === WHOLE.type;
  return unread ? 'message.unreadable' : null;
}

/** A message that came as an attachment, which Email/parse opens (RFC 8621 §4.9). */
export function isMessage(part: BodyPart): boolean {
  return part.type === 'message/rfc822' || part.type === 'message/global';
}
