/** What agents type to say who they are, as the server wants it: services/auth/domain/numen.py and birth_date.py. */

const NUMEN = /^\d{2}[A-Z]\d{7}[A-Z]{3}$/;

/** In capitals, without spaces; null when it can't be a NUMEN. */
export function parseNumen(typed: string): string | null {
  const numen = typed.replace(/\s/g, '').toUpperCase();
  return NUMEN.test(numen) ? numen : null;
}

const DAY_FIRST = /^(\d{1,2})[\s./-]+(\d{1,2})[\s./-]+(\d{4})$/;
const YEAR_FIRST = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const DIGITS = /^(\d{2})(\d{2})(\d{4})$/;
const OLDEST_YEAR = 1900;

function dateOf(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  return year >= OLDEST_YEAR && date.getTime() <= Date.now() ? date.toISOString().slice(0, 10) : null;
}

/** "12/09/1975", "12.9.1975", "12091975" or "1975-09-12" → "1975-09-12"; null for what is no day of birth. */
export function parseBirthDate(typed: string): string | null {
  const text = typed.trim();
  const iso = YEAR_FIRST.exec(text);
  if (iso) return dateOf(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const french = DAY_FIRST.exec(text) ?? DIGITS.exec(text);
  return french ? dateOf(Number(french[3]), Number(french[2]), Number(french[1])) : null;
}
