/** SearchSnippet text (RFC 8621 §5): HTML-escaped, with <mark> as its only tag. Read as text, never as HTML. */

export interface Segment {
  text: string;
  marked: boolean;
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#39': "'", '#x27': "'", '#34': '"', '#47': '/', '#x2F': '/', nbsp: '\u00a0' };

function unescape(text: string): string {
  return text.replace(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}

export function segments(snippet: string): Segment[] {
  const found: Segment[] = [];
  let marked = false;
  for (const piece of snippet.split(/(<\/?mark>)/)) {
    if (piece === '<mark>') marked = true;
    else if (piece === '</mark>') marked = false;
    else if (piece) found.push({ text: unescape(piece), marked });
  }
  return found;
}
