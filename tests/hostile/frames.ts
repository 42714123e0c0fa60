/**
 * The page of test_canary.py: frames pages one after the other, through the app's own modules, and then touches whatever
 * stands in them as a reader might: the mouse over it, the focus on it, a click on it.
 */
import { frameDocument, SANDBOX } from '../../services/gateway/web/src/lib/mail/frame';
import { blocks, linkify } from '../../services/gateway/web/src/lib/mail/plaintext';
import { sanitizeForEditor, sanitizeForFrame } from '../../services/gateway/web/src/lib/mail/sanitize';

interface Shown {
  html: string;
  layers: string[];
}

/** Where nothing is held back but what would take this page away. */
const OPEN = 'allow-scripts allow-same-origin allow-forms allow-popups allow-modals';
const COLOURS = { scheme: 'light', text: '#000', link: '#00f' } as const;
const AT_ONCE = 24;
const SETTLE_MS = 200;
const LOAD_MS = 5_000;

/** What is framed, and how much the frame holds back: each layer alone, then all that the app has. */
function framed({ html, layers }: Shown): [string, string] {
  const text = layers.includes('purified') ? sanitizeForFrame(html) : layers.includes('editor') ? sanitizeForEditor(html) : html;
  return layers.includes('framed') ? [frameDocument(text, COLOURS), SANDBOX] : [text, OPEN];
}

const isLoaded = (frame: HTMLIFrameElement): Promise<void> => new Promise((resolve) => frame.addEventListener('load', () => resolve(), { once: true }));
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** SVG and MathML have no click() of their own. */
function press(element: HTMLElement): void {
  if ('click' in element) element.click();
  else (element as Element).dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
}

function touch(frame: HTMLIFrameElement): void {
  const inside = frame.contentDocument;
  for (const element of inside?.querySelectorAll<HTMLElement>('*') ?? []) {
    const leads = element.closest('a[href], area[href]')?.getAttribute('href') ?? '';
    element.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
    element.dispatchEvent(new PointerEvent('pointerenter'));
    element.focus?.();
    if (element.scrollHeight > element.clientHeight) element.scrollTop = 5;
    // A link of the web, pressed, opens; any other must do nothing.
    if (!/^https?:/i.test(leads)) press(element);
  }
}

async function show(name: string): Promise<number> {
  const pages = (await (await fetch(`/page/${name}`)).json()) as Shown[];
  const started = performance.now();
  for (let at = 0; at < pages.length; at += AT_ONCE) {
    const frames = pages.slice(at, at + AT_ONCE).map((shown) => {
      const frame = document.createElement('iframe');
      const [text, sandbox] = framed(shown);
      frame.setAttribute('sandbox', sandbox);
      frame.srcdoc = text;
      document.body.append(frame);
      return frame;
    });
    await Promise.race([Promise.all(frames.map(isLoaded)), pause(LOAD_MS)]);
    await pause(SETTLE_MS);
    frames.forEach(touch);
    await pause(SETTLE_MS);
    for (const frame of frames) frame.remove();
  }
  return performance.now() - started;
}

/** Elements and attributes of a page as this browser reads them, each once. */
async function inventory(name: string): Promise<string[]> {
  const pages = (await (await fetch(`/page/${name}`)).json()) as Shown[];
  const found = new Set<string>();
  for (const { html } of pages) {
    const page = new DOMParser().parseFromString(html, 'text/html');
    for (const element of page.body.querySelectorAll('*')) {
      found.add(`${element.namespaceURI === 'http://www.w3.org/1999/xhtml' ? '' : 'foreign '}<${element.localName}>`);
      for (const { name: attribute, value } of element.attributes) found.add(attribute === 'href' || attribute === 'src' ? `${attribute}=${value.replace(/[:,].*/s, ':')}` : attribute);
    }
    for (const element of page.head.querySelectorAll('*')) found.add(`head <${element.localName}>`);
  }
  return [...found];
}

/** The longest time that one page took to be purified and framed, in milliseconds, and its number. */
async function slowest(name: string): Promise<[number, number]> {
  const pages = (await (await fetch(`/page/${name}`)).json()) as Shown[];
  let worst: [number, number] = [0, 0];
  for (const [number, { html }] of pages.entries()) {
    const started = performance.now();
    const frame = document.createElement('iframe');
    const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
    frame.setAttribute('sandbox', SANDBOX);
    frame.srcdoc = frameDocument(sanitizeForFrame(html), COLOURS);
    document.body.append(frame);
    await loaded;
    frame.contentDocument?.body.getBoundingClientRect();
    const took = performance.now() - started;
    frame.remove();
    if (took > worst[0]) worst = [took, number];
  }
  return worst;
}

/** The same for texts: cut into blocks and links, as the app draws them. */
async function slowestText(name: string): Promise<[number, number]> {
  const texts = (await (await fetch(`/page/${name}`)).json()) as string[];
  let worst: [number, number] = [0, 0];
  for (const [number, text] of texts.entries()) {
    const started = performance.now();
    for (const block of blocks(text)) linkify(block.text);
    const took = performance.now() - started;
    if (took > worst[0]) worst = [took, number];
  }
  return worst;
}

Object.assign(window, { show, inventory, slowest, slowestText });
