/**
 * What a person types into the search box, read: words, "phrases", beginnings*, -exclusions, and criteria such as
 * de:dupont or après:hier, in French or English. What is not understood is searched as it is written.
 */
import { plain, readDays, type Stretch } from './days';

export type Field = 'text' | 'from' | 'to' | 'cc' | 'subject' | 'body';
/** `start` and `end`: the place in what was typed. */
export type Criterion = { not: boolean; start: number; end: number } & (
  | { kind: Field; value: string }
  | { kind: 'attachment' | 'unread' | 'flagged' }
  | { kind: 'before' | 'since' | 'during'; value: string; days: Stretch }
  | { kind: 'in'; value: string; mailboxId: string }
);

/** A folder as a person may name it. */
export interface Folder {
  id: string;
  names: string[];
}

type Prefix = Field | 'has' | 'is' | 'before' | 'since' | 'during' | 'in';

export const PREFIXES: Readonly<Record<string, Prefix>> = {
  de: 'from', from: 'from', a: 'to', to: 'to', pour: 'to', cc: 'cc', copie: 'cc', objet: 'subject', sujet: 'subject', subject: 'subject',
  texte: 'body', corps: 'body', body: 'body', avec: 'has', has: 'has', est: 'is', is: 'is', avant: 'before', before: 'before',
  apres: 'since', depuis: 'since', after: 'since', since: 'since', le: 'during', date: 'during', dans: 'in', in: 'in',
};
const ATTACHMENT = new Set(['pj', 'piece-jointe', 'pieces-jointes', 'piece', 'attachment', 'fichier']);
const UNREAD = new Set(['non-lu', 'nonlu', 'unread']);
const FLAGGED = new Set(['suivi', 'flagged', 'starred']);
const MAY_HAVE_SPACES = new Set<Prefix | undefined>(['before', 'since', 'during', 'in']);
/** Further ones are not read. */
const MAX = 20;
const LONGEST = 500;

export function readSearch(whole: string, folders: Folder[], today: string): Criterion[] {
  const typed = whole.slice(0, LONGEST);
  const found: Criterion[] = [];
  let position = 0;
  while (found.length < MAX) {
    const piece = nextPiece(typed, position);
    if (!piece) break;
    const criterion = longest(piece, typed, folders, today) ?? asText(piece);
    found.push(criterion);
    position = criterion.end;
  }
  return found;
}

/** Days and folders may have several words without quotes: après:la semaine dernière. */
function longest(piece: Piece, typed: string, folders: Folder[], today: string): Criterion | null {
  if (!piece.quoted && MAY_HAVE_SPACES.has(PREFIXES[plain(piece.prefix)])) {
    const from = piece.end - piece.value.length;
    const words = /^\S+(?:\s+\S+){0,3}/.exec(typed.slice(from))?.[0] ?? '';
    for (let value = words; value.length > piece.value.length; value = value.replace(/\s+\S+$/, '')) {
      const criterion = understood({ ...piece, value, end: from + value.length }, folders, today);
      if (criterion) return criterion;
    }
  }
  return understood(piece, folders, today);
}

interface Piece {
  start: number;
  end: number;
  not: boolean;
  prefix: string;
  /** Without the quotes; `quoted`: they were there. */
  value: string;
  quoted: boolean;
  written: string;
}

/** A sign for "not", a prefix, and a word or what stands in quotes; a quote that is never closed goes to the end. */
const PIECE = /(-?)(?:(\p{L}+): ?(?=\S))?(?:"([^"]*)(?:"|$)|“([^”]*)(?:”|$)|«\s*([^»]*?)\s*(?:»|$)|(\S+))/gu;

function nextPiece(typed: string, position: number): Piece | null {
  PIECE.lastIndex = position;
  for (let match = PIECE.exec(typed); match; match = PIECE.exec(typed)) {
    const [written, sign, prefix = '', straight, curly, french, word] = match;
    const value = straight ?? curly ?? french ?? word ?? '';
    const start = match.index;
    if (value.trim()) return { start, end: start + written.length, not: sign === '-', prefix, value, quoted: word === undefined, written };
  }
  return null;
}

function understood(piece: Piece, folders: Folder[], today: string): Criterion | null {
  const { start, end, not, value } = piece;
  const at = { start, end, not };
  const word = plain(value);
  switch (PREFIXES[plain(piece.prefix)]) {
    case 'has': return ATTACHMENT.has(word) ? { ...at, kind: 'attachment' } : null;
    case 'is': return UNREAD.has(word) ? { ...at, kind: 'unread' } : FLAGGED.has(word) ? { ...at, kind: 'flagged' } : null;
    case 'in': {
      const folder = folders.find(({ names }) => names.some((name) => plain(name) === word));
      return folder ? { ...at, kind: 'in', value: folder.names[0] ?? value, mailboxId: folder.id } : null;
    }
    case 'before': return inTime(at, 'before', value, today);
    case 'since': return inTime(at, 'since', value, today);
    case 'during': return inTime(at, 'during', value, today);
    case 'from': return { ...at, kind: 'from', value: asAsked(piece) };
    case 'to': return { ...at, kind: 'to', value: asAsked(piece) };
    case 'cc': return { ...at, kind: 'cc', value: asAsked(piece) };
    case 'subject': return { ...at, kind: 'subject', value: asAsked(piece) };
    case 'body': return { ...at, kind: 'body', value: asAsked(piece) };
    default: return null;
  }
}

function inTime(at: { start: number; end: number; not: boolean }, kind: 'before' | 'since' | 'during', value: string, today: string): Criterion | null {
  const days = readDays(value, today);
  return days && { ...at, kind, value, days };
}

function asText({ start, end, not, prefix, quoted, value, written }: Piece): Criterion {
  const whole = not ? written.slice(1) : written;
  return { start, end, not, kind: 'text', value: quoted && !prefix ? `"${value}"` : whole };
}

/** Words in quotes are a phrase for the server too (RFC 8621 §4.4.1). */
function asAsked({ quoted, value }: Piece): string {
  return quoted && /\s/.test(value) ? `"${value}"` : value;
}
