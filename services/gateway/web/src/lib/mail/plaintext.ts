/**
 * Text messages, cut into what is drawn: paragraphs, quotations that can be folded, and links. Linear in the text, and
 * bounded: what comes after the last block or link that is told apart is drawn as it is.
 */

export interface TextBlock {
  quoted: boolean;
  text: string;
}
export interface TextPiece {
  text: string;
  href: string | null;
}

const BLOCKS_MAX = 300;
const LINKS_MAX = 500;

/** Runs of quoted (">") and unquoted lines, in order; blank lines belong to the run before them. */
export function blocks(text: string): TextBlock[] {
  const runs: { quoted: boolean; lines: string[] }[] = [];
  for (const line of text.replace(/\r\n?/g, '\n').split('\n')) {
    const last = runs.at(-1);
    const quoted = line.trim() === '' ? (last?.quoted ?? false) : line.startsWith('>');
    if (last && (last.quoted === quoted || runs.length === BLOCKS_MAX)) last.lines.push(line);
    else runs.push({ quoted, lines: [line] });
  }
  return runs.map(({ quoted, lines }) => ({ quoted, text: withoutLastBlanks(lines).join('\n') })).filter((block) => block.text !== '');
}

function withoutLastBlanks(lines: string[]): string[] {
  return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
}

const LINK = /\bhttps?:\/\/[^\s<>"«»]{1,2000}[^\s<>"«».,;:!?)\]}'’]|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,20}\b/gi;

export function linkify(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    if (pieces.length >= 2 * LINKS_MAX) break;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index), href: null });
    const [found] = match;
    pieces.push({ text: found, href: found.includes('://') ? found : `mailto:${found}` });
    end = match.index + found.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), href: null });
  return pieces;
}
