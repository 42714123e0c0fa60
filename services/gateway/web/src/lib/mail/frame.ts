/** The document shown in the sandboxed frame of a message. */

export const SANDBOX = 'allow-same-origin allow-popups allow-popups-to-escape-sandbox';
export const FRAME_POLICY = "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'";

/** Colours of the page, for messages that bring none of their own. */
export interface FrameColours {
  scheme: 'light' | 'dark';
  text: string;
  link: string;
}

const OWN_COLOURS = /\b(?:color|bgcolor|background(?:-color)?)\s*[:=]/i;

/** A message that sets colours expects white paper; any other follows the page. */
export function bringsColours(html: string): boolean {
  return OWN_COLOURS.test(html);
}

export function frameDocument(safeHtml: string, colours: FrameColours): string {
  const paper = bringsColours(safeHtml)
    ? 'color-scheme: light; background: #fff; color: #141B34; --link: #2B41B3;'
    : `color-scheme: ${colours.scheme}; background: transparent; color: ${colours.text}; --link: ${colours.link};`;
  return `<!doctype html><html lang="fr"><head><meta http-equiv="Content-Security-Policy" content="${FRAME_POLICY}"><meta charset="utf-8"><title>Message</title><style>
html { ${paper} overflow: auto; }
body { margin: 0; display: flow-root; font: 16px/1.625 Figtree, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: break-word; }
a { color: var(--link); }
img { max-width: 100%; height: auto; }
table { max-width: 100%; }
pre { white-space: pre-wrap; font: inherit; }
p { margin: 0 0 12px; }
blockquote { margin: 8px 0; padding-left: 12px; border-left: 2px solid #7F89A3; }
</style></head><body>${safeHtml}</body></html>`;
}
