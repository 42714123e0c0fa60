import { describe, expect, it } from 'vitest';
import catalogue from '../messages/fr.json';
import { t, tn } from '../src/lib/i18n/catalogue';

const texts = Object.values(catalogue).flatMap((entry) => (typeof entry === 'string' ? [entry] : Object.values(entry)));

describe('the French catalogue', () => {
  it('keeps narrow no-break spaces before double punctuation and inside quotation marks', () => {
    const wrong = texts.filter((text) => / [:;?!»%]|« |[^\u202f\s(][;?!»](?!\w)/.test(text));
    expect(wrong).toEqual([]);
  });

  it('uses typographic apostrophes and ellipses', () => {
    expect(texts.filter((text) => /'|\.\.\./.test(text))).toEqual([]);
  });

  it('fills values in, and writes numbers the French way', () => {
    expect(t('reader.position', { index: 1, total: 1248 })).toBe('1 sur 1\u202f248');
    expect(t('list.arrived', { name: 'Inès', subject: 'Réunion' })).toBe('Nouveau message de Inès\u202f: Réunion');
  });

  it('has the singular for 0 and 1, the other form above, millions included', () => {
    expect(tn('list.unreadCount', 0)).toBe('0 non lu');
    expect(tn('list.unreadCount', 1)).toBe('1 non lu');
    expect(tn('list.unreadCount', 2)).toBe('2 non lus');
    expect(tn('list.unreadCount', 1_000_000)).toMatch(/non lus$/);
  });
});
