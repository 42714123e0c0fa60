/** Text messages, cut into what is drawn: paragraphs, quotations that can be folded, and links. */

export interface TextBlock {
  quoted: boolean;
  text: string;
}
export interface TextPiece {
  text: string;
  href: string | null;
}

/** Runs of quoted (">") and unquoted lines, in order; blank lines belong to the run before them. */
export function blocks(text: string): TextBlock[] {
  const found: TextBlock[] = [];
  for (const line of text.replace(/\r\n?/g, '\n').split('\n')) {
    const last = found.at(-1);
    const quoted = line.trim() === '' ? (last?.quoted ?? false) : line.startsWith('>');
    if (last && last.quoted === quoted) last.text += `\n${line}`;
    else found.push({ quoted, text: line });
  }
  return found.map((block) => ({ ...block, text: block.text.replace(/\n+$/, '') })).filter((block) => block.text !== '');
}

const LINK = /\bhttps?:\/\/[^\s<>"«»]+[^\s<>"«».,;:!?)\]}'’]|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/gi;

export function linkify(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    if (match.index > end) pieces.push({ text: text.slice(end, match.index), href: null });
    const [found] = match;
    pieces.push({ text: found, href: found.includes('://') ? found : `mailto:${found}` });
    end = match.index + found.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), href: null });
  return pieces;
}
