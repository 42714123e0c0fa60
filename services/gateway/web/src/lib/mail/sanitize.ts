/** A second sieve after the server's: whatever reaches the frame or the editor passes DOMPurify first. */
import DOMPurify, { type Config } from 'dompurify';

const FORBIDDEN_TAGS = [
  'svg', 'math', 'form', 'input', 'button', 'select', 'textarea', 'option', 'iframe', 'frame', 'frameset', 'object', 'embed', 'applet', 'link', 'meta',
  'base', 'style', 'audio', 'video', 'source', 'track', 'picture', 'canvas', 'dialog', 'template', 'slot', 'portal',
];
const FORBIDDEN_ATTRIBUTES = ['id', 'name', 'srcset', 'ping', 'background', 'poster', 'formaction', 'autofocus', 'contenteditable', 'tabindex', 'accesskey'];
const SAFE_LINK = /^(?:https?:|mailto:|tel:)/i;
const EMBEDDED_IMAGE = /^data:image\/(?:png|jpeg|gif|webp|avif|bmp);base64,/i;

const EDITOR_TAGS = [
  'p', 'div', 'br', 'b', 'strong', 'i', 'em', 'u', 's', 'a', 'ul', 'ol', 'li', 'blockquote', 'pre', 'code', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6',
  'span', 'hr', 'sub', 'sup', 'table', 'thead', 'tbody', 'tr', 'td', 'th',
];

const purifier = DOMPurify(window);
const editorPurifier = DOMPurify(window);

function harmless(node: Element): void {
  if (node.tagName === 'A') {
    const href = node.getAttribute('href') ?? '';
    if (SAFE_LINK.test(href)) {
      node.setAttribute('target', '_blank');
      node.setAttribute('rel', 'noopener noreferrer nofollow');
    } else {
      node.removeAttribute('href');
    }
  }
  if (node.hasAttribute('src') && !EMBEDDED_IMAGE.test(node.getAttribute('src') ?? '')) node.removeAttribute('src');
}

purifier.addHook('afterSanitizeAttributes', harmless);
editorPurifier.addHook('afterSanitizeAttributes', (node) => {
  harmless(node);
  // The one class that the editor knows: what signs the message (compose/signature.ts).
  if (node.getAttribute('class') !== 'signature') node.removeAttribute('class');
});

const FRAME: Config = { FORBID_TAGS: FORBIDDEN_TAGS, FORBID_ATTR: FORBIDDEN_ATTRIBUTES, ADD_ATTR: ['target', 'data-cid', 'data-remote', 'data-remote-background'], ALLOW_DATA_ATTR: false };
const EDITOR: Config = { ALLOWED_TAGS: EDITOR_TAGS, ALLOWED_ATTR: ['class', 'href', 'target', 'rel', 'colspan', 'rowspan', 'type'], ALLOW_DATA_ATTR: false };

/** For the sandboxed frame of the reading pane: styles stay, nothing that acts or fetches does. */
export function sanitizeForFrame(html: string): string {
  return purifier.sanitize(html, FRAME);
}

/** For the editor, which lives in our own page: structure and links only, no style, no image. */
export function sanitizeForEditor(html: string): string {
  return editorPurifier.sanitize(html, EDITOR);
}

export function editorFragment(html: string): DocumentFragment {
  return editorPurifier.sanitize(html, { ...EDITOR, RETURN_DOM_FRAGMENT: true });
}
