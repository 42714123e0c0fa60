/** The signature within the text: a part of its own, so that another identity's takes its place. It stands above what is quoted. */
import type { Identity } from '../jmap/types';
import { sanitizeForEditor } from '../mail/sanitize';
import { htmlToText, SIGNATURE_SEPARATOR, textToHtml } from './markup';

export type Signatory = Pick<Identity, 'textSignature' | 'htmlSignature'>;

/** What remains the signature's after editing; sanitizeForEditor lets this class through. */
const MARK = 'signature';

function contentOf({ htmlSignature, textSignature }: Signatory): string {
  return htmlSignature.trim() ? sanitizeForEditor(htmlSignature) : textToHtml(textSignature.trim());
}

export function hasSignature(identity: Signatory): boolean {
  return identity.htmlSignature.trim() !== '' || identity.textSignature.trim() !== '';
}

function signatureHtml(identity: Signatory): string {
  return `<div class="${MARK}"><div>${SIGNATURE_SEPARATOR}</div>${contentOf(identity)}</div>`;
}

const parsed = (html: string): HTMLElement => new DOMParser().parseFromString(html, 'text/html').body;

/** The first thing that was not written here: the line that introduces a quotation or a forwarded message, else nothing. */
function firstQuoted(body: HTMLElement, isIntroduction: (line: string) => boolean): Element | null {
  const children = [...body.children];
  const quotation = children.findIndex((child) => child.tagName === 'BLOCKQUOTE');
  const introduction = children.findIndex((child) => isIntroduction((child.textContent ?? '').trim()));
  if (introduction >= 0) return children[introduction] ?? null;
  return quotation > 0 ? (children[quotation - 1] ?? null) : (children[quotation] ?? null);
}

/** The text signed by `identity`; a signature that stood there goes. `isIntroduction` knows the line above what is forwarded. */
export function signed(html: string, identity: Signatory, isIntroduction: (line: string) => boolean): string {
  const body = parsed(html);
  const present = body.querySelector(`.${MARK}`);
  if (!hasSignature(identity)) {
    present?.remove();
    return body.innerHTML;
  }
  const [signature] = parsed(signatureHtml(identity)).children as unknown as [Element];
  if (present) present.replaceWith(signature);
  else body.insertBefore(signature, firstQuoted(body, isIntroduction));
  return body.innerHTML;
}

/** Whether a signature stands in the text, as it was put there. */
export function isSigned(html: string): boolean {
  return parsed(html).querySelector(`.${MARK}`) !== null;
}

/** The text without what signs it. */
export function unsigned(html: string): string {
  const body = parsed(html);
  body.querySelector(`.${MARK}`)?.remove();
  return body.innerHTML;
}

/** A draft comes back without marks: what reads as one of these signatures is marked again. */
export function recognised(html: string, identities: readonly Signatory[]): string {
  const body = parsed(html);
  const texts = new Set(identities.filter(hasSignature).map((identity) => htmlToText(signatureHtml(identity))));
  const found = [...body.children].find((child) => child.tagName === 'DIV' && texts.has(htmlToText(child.innerHTML)));
  found?.classList.add(MARK);
  return body.innerHTML;
}
