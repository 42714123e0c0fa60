/** What could be typed next. */
import type { MessageKey } from '../i18n/catalogue';
import { plain } from './days';
import { PREFIXES, type Folder } from './read';

/** `text` is the whole box once the hint is taken, `caret` the place to go on; `shown` and `about` are what is read. */
export interface Hint {
  text: string;
  caret: number;
  shown: string;
  about: string;
}

type Say = (key: MessageKey) => string;

const MOST = 8;
const BEGINNINGS: { insert: string; about: MessageKey }[] = [
  { insert: 'de:', about: 'search.hint.from' },
  { insert: 'à:', about: 'search.hint.to' },
  { insert: 'objet:', about: 'search.hint.subject' },
  { insert: 'avec:pj ', about: 'search.hint.attachment' },
  { insert: 'après:', about: 'search.hint.since' },
  { insert: 'avant:', about: 'search.hint.before' },
  { insert: 'dans:', about: 'search.hint.in' },
  { insert: 'date:', about: 'search.hint.during' },
  { insert: 'est:non-lu ', about: 'search.hint.unread' },
];
const DAYS = ['aujourd’hui', 'hier', 'cette semaine', 'la semaine dernière', 'ce mois', 'le mois dernier', 'cette année', 'l’année dernière'];

/** The word under the caret: what is before it, its prefix and what was typed of its value. */
export interface Beginning {
  before: string;
  prefix: string;
  value: string;
  after: string;
}

export function beginningAt(typed: string, caret: number): Beginning {
  const [left, after] = [typed.slice(0, caret), typed.slice(caret)];
  const match = /(-?)(?:(\p{L}+):"?)?([^\s":]*|(?<=")[^"]*)$/u.exec(left);
  const prefix = match?.[2] ?? '';
  return { before: left.slice(0, match?.index ?? left.length) + (match?.[1] ?? ''), prefix, value: match?.[3] ?? '', after };
}

export function hintsFor(typed: string, caret: number, folders: Folder[], say: Say): Hint[] {
  const beginning = beginningAt(typed, caret);
  const wanted = plain(beginning.value);
  if (!beginning.prefix) {
    if (!wanted && typed.trim()) return [];
    const begun = BEGINNINGS.filter(({ insert }) => plain(insert).startsWith(wanted) && plain(insert).trim() !== wanted);
    return begun.map(({ insert, about }) => hint(beginning, insert, insert.trim(), say(about)));
  }
  return values(beginning.prefix, folders)
    .filter((value) => plain(value).includes(wanted) && plain(value) !== wanted)
    .slice(0, MOST)
    .map((value) => valueHint(beginning, value, ''));
}

/** A hint that completes the word with `value`, in quotes where it has spaces. */
export function valueHint(beginning: Beginning, value: string, about: string): Hint {
  const quoted = /\s/.test(value) ? `"${value}"` : value;
  return hint(beginning, `${beginning.prefix}:${quoted} `, value, about);
}

/** Whether people are to be proposed. */
export function namesPeople(beginning: Beginning): boolean {
  const kind = PREFIXES[plain(beginning.prefix)];
  return (kind === 'from' || kind === 'to' || kind === 'cc') && beginning.value.length >= 2;
}

function values(prefix: string, folders: Folder[]): string[] {
  switch (PREFIXES[plain(prefix)]) {
    case 'in': return folders.flatMap(({ names }) => names.slice(0, 1));
    case 'before': case 'since': case 'during': return DAYS;
    case 'has': return ['pj'];
    case 'is': return ['non-lu', 'suivi'];
    default: return [];
  }
}

function hint({ before, after }: Beginning, insert: string, shown: string, about: string): Hint {
  const text = before + insert + after.trimStart();
  return { text, caret: before.length + insert.length, shown, about };
}
