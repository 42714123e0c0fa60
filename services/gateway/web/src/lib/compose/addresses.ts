/** Addresses as people type and paste them. */
import type { Address } from '../jmap/types';

const ADDRESS = /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;".]+$/;

export function isAddress(text: string): boolean {
  return ADDRESS.test(text) && text.length <= 254;
}

export function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1).toLowerCase();
}

/** Cuts at commas, semicolons and line ends, but not inside quotes. */
function pieces(text: string): string[] {
  return (text.match(/(?:"[^"]*"|[^,;\n"])+/g) ?? []).map((piece) => piece.trim()).filter((piece) => piece !== '');
}

/** Reads « Nom <adresse>, adresse2 ; adresse3 ». What is no address is handed back as `rest`. */
export function parseAddresses(text: string): { addresses: Address[]; rest: string } {
  const addresses: Address[] = [];
  const rest: string[] = [];
  for (const piece of pieces(text)) {
    const named = /^(.*?)\s*<([^<>]+)>$/.exec(piece);
    const email = (named?.[2] ?? piece).trim();
    const name = named?.[1]?.replace(/^"|"$/g, '').trim() || null;
    if (isAddress(email)) addresses.push({ name, email });
    else rest.push(piece);
  }
  return { addresses, rest: rest.join(', ') };
}

/** Without those already present, compared as mail systems do (letter case apart). */
export function withoutKnown(addresses: Address[], known: Address[]): Address[] {
  const seen = new Set(known.map((address) => address.email.toLowerCase()));
  return addresses.filter((address) => {
    const key = address.email.toLowerCase();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
