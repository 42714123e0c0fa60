/** The two letters and the hue that stand for a person, the same everywhere. */

const HUES = 8;

export function initials(name: string): string {
  const words = name.replace(/@.*/, '').split(/[\s._-]+/).filter((word) => /\p{L}/u.test(word));
  const first = words[0] ?? '?';
  const last = words.length > 1 ? (words.at(-1) ?? '') : '';
  return (first.charAt(0) + last.charAt(0)).toLocaleUpperCase('fr');
}

/** "c1" … "c8", from the address so that a change of name keeps it. */
export function hue(key: string): string {
  let sum = 0;
  for (const letter of key.toLowerCase()) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return `c${(sum % HUES) + 1}`;
}
