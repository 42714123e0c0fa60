/** Between the editor's HTML and the text version that goes with it. */

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}

export function textToHtml(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => `<div>${escapeHtml(line) || '<br>'}</div>`)
    .join('');
}

const BLOCKS = new Set(['P', 'DIV', 'UL', 'OL', 'LI', 'BLOCKQUOTE', 'PRE', 'H1', 'H2', 'H3', 'H4', 'H5', 'H6', 'TABLE', 'TR', 'HR']);
const SPACED = new Set(['P', 'UL', 'OL', 'BLOCKQUOTE', 'H1', 'H2', 'H3', 'H4', 'H5', 'H6', 'TABLE']);

/** Above a signature, in both versions (RFC 3676 §4.3). The space is one that HTML does not collapse. */
export const SIGNATURE_SEPARATOR = '--\u00a0';

/** Lines under construction: `prefix` starts each of them ("> " within quotations). */
class Lines {
  readonly done: string[] = [];
  private current = '';
  constructor(private readonly prefix: string) {}

  write(text: string): void {
    this.current += text;
  }
  end(): void {
    if (this.current === SIGNATURE_SEPARATOR) this.done.push(`${this.prefix}-- `);
    else if (this.current.trim() !== '') this.push(this.current.trimEnd());
    this.current = '';
  }
  breakLine(): void {
    this.push(this.current.trimEnd());
    this.current = '';
  }
  blank(): void {
    this.end();
    if (this.done.length > 0 && this.done.at(-1) !== this.prefix.trimEnd()) this.push('');
  }
  private push(line: string): void {
    this.done.push((this.prefix + line).trimEnd());
  }
}

function walkChildren(parent: Node, lines: Lines): void {
  for (const child of parent.childNodes) walk(child, lines);
}

function walk(node: Node, lines: Lines): void {
  if (node.nodeType === Node.TEXT_NODE) {
    lines.write((node.textContent ?? '').replace(/[ \t\n]+/g, ' '));
    return;
  }
  if (!(node instanceof Element)) return;
  const tag = node.tagName;
  if (tag === 'BR') {
    lines.breakLine();
  } else if (tag === 'HR') {
    lines.end();
    lines.write('--------');
    lines.end();
  } else if (tag === 'BLOCKQUOTE') {
    lines.blank();
    for (const line of textLines(node)) {
      lines.write(`>${line.startsWith('>') || line === '' ? '' : ' '}${line}`);
      lines.end();
    }
    lines.blank();
  } else if (tag === 'LI') {
    lines.end();
    const list = node.parentElement;
    const index = list ? [...list.children].indexOf(node) + 1 : 1;
    lines.write(list?.tagName === 'OL' ? `${index}. ` : '- ');
    walkChildren(node, lines);
    lines.end();
  } else if (tag === 'A') {
    writeLink(node, lines);
  } else if (BLOCKS.has(tag)) {
    if (SPACED.has(tag)) lines.blank();
    else lines.end();
    walkChildren(node, lines);
    // A <br> that fills an empty line has ended it already.
    lines.end();
    if (SPACED.has(tag)) lines.blank();
  } else {
    walkChildren(node, lines);
    if (tag === 'TD' || tag === 'TH') lines.write('\t');
  }
}

function writeLink(link: Element, lines: Lines): void {
  const label = (link.textContent ?? '').trim();
  const href = link.getAttribute('href') ?? '';
  lines.write(label);
  if (/^https?:/i.test(href) && href.replace(/\/$/, '') !== label.replace(/\/$/, '')) lines.write(` <${href}>`);
}

function textLines(root: Element): string[] {
  const lines = new Lines('');
  walkChildren(root, lines);
  lines.end();
  while (lines.done.at(-1) === '') lines.done.pop();
  return lines.done;
}

/** The text version of the editor's HTML: quotations by "> ", lists by "- ", addresses of links in angle brackets. */
export function htmlToText(html: string): string {
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  return textLines(parsed.body).join('\n').replace(/\n{3,}/g, '\n\n');
}
