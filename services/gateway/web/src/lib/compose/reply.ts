/** How replies and forwarded messages start: recipients, subject, quotation, threading headers (RFC 5322 §3.6.4). */
import { t } from '../i18n/catalogue';
import { fullMoment } from '../i18n/dates';
import type { Address, BodyPart, Email } from '../jmap/types';
import { isPlainText, listedAttachments, mediaParts, textOf } from '../mail/content';
import { displayName } from '../mail/people';
import { sanitizeForEditor } from '../mail/sanitize';
import { withoutKnown } from './addresses';
import { escapeHtml, textToHtml } from './markup';

export type AnswerKind = 'reply' | 'replyAll' | 'forward';

export interface Opening {
  to: Address[];
  cc: Address[];
  subject: string;
  html: string;
  attachments: BodyPart[];
  inReplyTo: string[] | null;
  references: string[] | null;
}

const MAX_REFERENCES = 50;

export function answerSubject(kind: AnswerKind, subject: string): string {
  const prefix = kind === 'forward' ? 'Fwd' : 'Re';
  const present = kind === 'forward' ? /^\s*(fwd?|tr)\s*:/i : /^\s*re\s*:/i;
  return present.test(subject) ? subject.trim() : `${prefix}: ${subject.trim()}`;
}

/** To: where the sender wants answers. Cc, for all: the other recipients. Oneself is left out of both. */
export function recipients(kind: AnswerKind, email: Email, self: string): { to: Address[]; cc: Address[] } {
  if (kind === 'forward') return { to: [], cc: [] };
  const me: Address = { name: null, email: self };
  const mine = email.from?.[0]?.email.toLowerCase() === self.toLowerCase();
  const sender = email.replyTo?.length ? email.replyTo : (email.from ?? []);
  const wanted = mine ? (email.to ?? []) : sender;
  const others = withoutKnown(wanted, [me]);
  const to = others.length > 0 ? others : wanted.slice(0, 1);
  const cc = kind === 'replyAll' ? withoutKnown([...(mine ? [] : (email.to ?? [])), ...(email.cc ?? [])], [me, ...to]) : [];
  return { to, cc };
}

export function threading(email: Email): Pick<Opening, 'inReplyTo' | 'references'> {
  if (!email.messageId?.length) return { inReplyTo: null, references: null };
  const before = email.references?.length ? email.references : (email.inReplyTo ?? []);
  return { inReplyTo: email.messageId, references: [...before, ...email.messageId].slice(-MAX_REFERENCES) };
}

function bodyHtml(email: Email): string {
  return isPlainText(email) || !email.safeHtml ? textToHtml(textOf(email)) : sanitizeForEditor(email.safeHtml.html);
}

function replyHtml(email: Email): string {
  const intro = t('reply.intro', { date: fullMoment(new Date(email.sentAt ?? email.receivedAt)), name: displayName(email.from?.[0] ?? null) });
  return `<p><br></p><p>${escapeHtml(intro)}</p><blockquote>${bodyHtml(email)}</blockquote>`;
}

function forwardHtml(email: Email): string {
  const list = (addresses: Address[] | null): string => (addresses ?? []).map((a) => (a.name ? `${a.name} <${a.email}>` : a.email)).join(', ');
  const lines: [string, string][] = [
    [t('message.from'), list(email.from)],
    [t('message.date'), fullMoment(new Date(email.sentAt ?? email.receivedAt))],
    [t('message.subject'), email.subject ?? ''],
    [t('message.to'), list(email.to)],
    [t('message.cc'), list(email.cc)],
  ];
  const heading = lines.filter(([, value]) => value !== '').map(([label, value]) => `<div>${escapeHtml(`${label}\u00a0: ${value}`)}</div>`);
  return `<p><br></p><p>${escapeHtml(t('reply.forwarded'))}</p>${heading.join('')}<p><br></p>${bodyHtml(email)}`;
}

export function openingFor(kind: AnswerKind, email: Email, self: string): Opening {
  return {
    ...recipients(kind, email, self),
    ...threading(email),
    subject: answerSubject(kind, email.subject ?? ''),
    html: kind === 'forward' ? forwardHtml(email) : replyHtml(email),
    attachments: kind === 'forward' ? [...listedAttachments(email), ...inlineImages(email)] : [],
  };
}

/** Images shown within a forwarded message go along as files. */
function inlineImages(email: Email): BodyPart[] {
  const listed = new Set(listedAttachments(email));
  return mediaParts(email).filter((part) => !listed.has(part));
}
