/** The texts that agents read: messages/fr.json, looked up by typed keys. */
import catalogue from '../../../messages/fr.json';

type Plural = { one: string; other: string };
type Catalogue = typeof catalogue;
export type MessageKey = { [K in keyof Catalogue]: Catalogue[K] extends string ? K : never }[keyof Catalogue];
export type PluralKey = { [K in keyof Catalogue]: Catalogue[K] extends Plural ? K : never }[keyof Catalogue];
type Values = Record<string, string | number>;

const plurals = new Intl.PluralRules('fr');
const integers = new Intl.NumberFormat('fr');

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? integers.format(value) : value;
  });
}

/** For words that come from the server: whether there is a text for one. */
export function isMessage(key: string): key is MessageKey {
  return Object.hasOwn(catalogue, key) && typeof catalogue[key as keyof Catalogue] === 'string';
}

export function t(key: MessageKey, values: Values = {}): string {
  return fill(catalogue[key], values);
}

/** The form for `count`; French has "one" for 0 and 1, and "other" takes all the rest ("many" included). */
export function tn(key: PluralKey, count: number, values: Values = {}): string {
  const forms: Plural = catalogue[key];
  const form = plurals.select(count) === 'one' ? forms.one : forms.other;
  return fill(form, { count, ...values });
}
