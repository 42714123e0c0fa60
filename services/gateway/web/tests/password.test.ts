import { describe, expect, it } from 'vitest';
import { reading } from '../src/lib/auth/meter';
import { adviceText, checkPassword } from '../src/lib/auth/password';
import { judge } from '../src/lib/auth/strength';

describe('what a password is worth', () => {
  it.each([
    ['aaaaaaaaaaaaaa', 'repeat'],
    ['azertyuiop12', 'keyboard'],
    ['lundimardimercredi', 'sequence'],
  ])('calls %s weak, and says why', (password, advice) => {
    const strength = judge(password, []);
    expect(strength.score).toBeLessThan(3);
    expect(strength.advice).toBe(advice);
  });

  it('is good for a few unrelated French words', () => {
    expect(judge('le tracteur bleu danse à minuit', [])).toEqual({ score: 4, advice: null });
  });

  it('is low when it holds the agent’s name, with or without accents', () => {
    expect(judge('Solène-et-le-tracteur-bleu', ['solene', 'tournesol'])).toEqual({ score: 1, advice: 'personal' });
  });

  it('does not take a particle of the name for the name', () => {
    expect(judge('le tracteur bleu danse de joie', ['de']).advice).toBeNull();
  });
});

describe('the meter', () => {
  it('shows nothing for nothing', () => {
    expect(reading('', null)).toBeNull();
  });

  it('never looks satisfied with a password that the server will find too short', () => {
    expect(reading('xK9#qLw2!pZ', { score: 4, advice: null })?.bars).toBe(1);
  });

  it('counts characters as agents do', () => {
    expect(reading('été🐱', null)?.level).toContain('4 sur 12');
  });

  it('says that it is long enough where nobody can judge', () => {
    expect(reading('douze caractères', null)).toEqual({ bars: 0, level: 'Assez long.', advice: '' });
  });
});

describe('what the server refuses', () => {
  it('becomes sentences', () => {
    expect(adviceText(['too-common', 'too-personal'])).toMatch(/^Trop courant.*Trop proche/);
  });

  it('has a sentence even for a reason that this page does not know', () => {
    expect(adviceText(['too-blue'])).not.toBe('');
    expect(checkPassword('court')).not.toBe('');
  });
});
