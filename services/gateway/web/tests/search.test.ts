import { describe, expect, it } from 'vitest';
import { readDays } from '../src/lib/search/days';
import { filterOfSearch } from '../src/lib/search/filter';
import { hintsFor } from '../src/lib/search/hints';
import { labelOf } from '../src/lib/search/label';
import { readSearch, type Folder } from '../src/lib/search/read';

const TODAY = '2026-11-25';
const FOLDERS: Folder[] = [
  { id: 'm1', names: ['Boîte de réception', 'inbox'] },
  { id: 'm5', names: ['Corbeille', 'trash'] },
  { id: 'm9', names: ['Conseil de classe'] },
];
const HIDDEN = ['m4', 'm5'];
const seen = { inMailboxOtherThan: HIDDEN };
const filter = (typed: string) => filterOfSearch(readSearch(typed, FOLDERS, TODAY), HIDDEN);

describe('what a person types', () => {
  it.each([
    ['réunion parents', { text: 'réunion parents' }],
    ['"sortie scolaire" bus', { text: '"sortie scolaire" bus' }],
    ['« sortie scolaire »', { text: '"sortie scolaire"' }],
    ['“sortie scolaire”', { text: '"sortie scolaire"' }],
    ['photocop*', { text: 'photocop*' }],
    ['de:dupont', { from: 'dupont' }],
    ['De: dupont budget', { from: 'dupont', text: 'budget' }],
    ['from:jean.dupont@ac.example', { from: 'jean.dupont@ac.example' }],
    ['de:"jean dupont"', { from: '"jean dupont"' }],
    ['à:claire', { to: 'claire' }],
    ['a:claire', { to: 'claire' }],
    ['to:claire cc:zoé', { to: 'claire', cc: 'zoé' }],
    ['objet:conseil objet:classe', { subject: 'conseil classe' }],
    ['subject:"conseil de classe"', { subject: '"conseil de classe"' }],
    ['texte:trottinette', { body: 'trottinette' }],
    ['avec:pj facture', { hasAttachment: true, text: 'facture' }],
    ['has:attachment', { hasAttachment: true }],
    ['est:non-lu est:suivi', { notKeyword: '$seen', hasKeyword: '$flagged' }],
    ['avant:12/09/2026', { before: '2026-09-11T22:00:00Z' }],
    ['before:2026-01-15', { before: '2026-01-14T23:00:00Z' }],
    ['après:hier', { after: '2026-11-23T23:00:00Z' }],
    ['après:la semaine dernière budget', { after: '2026-11-15T23:00:00Z', text: 'budget' }],
    ['depuis:"la semaine dernière"', { after: '2026-11-15T23:00:00Z' }],
    ['date:2026-09', { after: '2026-08-31T22:00:00Z', before: '2026-09-30T22:00:00Z' }],
    ['note:x http://a.example 12:30', { text: 'note:x http://a.example 12:30' }],
    ['avant:jamais avec:plaisir dans:rien', { text: 'avant:jamais avec:plaisir dans:rien' }],
    ['c’est-à-dire rendez-vous', { text: 'c’est-à-dire rendez-vous' }],
    ['-', { text: '-' }],
    ['"jamais fermé', { text: '"jamais fermé"' }],
    ['  ', {}],
  ])('%s', (typed, expected) => {
    expect(filter(typed)).toEqual({ ...expected, ...seen });
  });

  it('looks into the folder that is named, and nowhere else', () => {
    expect(filter('dans:corbeille facture')).toEqual({ text: 'facture', inMailbox: 'm5' });
    expect(filter('in:inbox')).toEqual({ inMailbox: 'm1' });
    expect(filter('dans:"conseil de classe" notes')).toEqual({ text: 'notes', inMailbox: 'm9' });
    expect(filter('dans:conseil de classe notes')).toEqual({ text: 'notes', inMailbox: 'm9' });
  });

  it('leaves out what has a minus before it', () => {
    expect(filter('budget -photocopieur -de:dupont')).toEqual({
      operator: 'AND',
      conditions: [{ text: 'budget' }, { operator: 'NOT', conditions: [{ text: 'photocopieur' }, { from: 'dupont' }] }, seen],
    });
    expect(filter('-"sortie scolaire"')).toEqual({ operator: 'AND', conditions: [{ operator: 'NOT', conditions: [{ text: '"sortie scolaire"' }] }, seen] });
    expect(filter('-dans:corbeille')).toEqual({ operator: 'AND', conditions: [{ operator: 'NOT', conditions: [{ inMailbox: 'm5' }] }, seen] });
  });

  it('keeps two conditions of one kind apart', () => {
    expect(filter('après:2026-01 après:hier')).toMatchObject({ operator: 'AND' });
  });

  it('knows where each criterion stands', () => {
    const typed = 'budget  de:"jean dupont" après:la semaine dernière fin';
    const pieces = readSearch(typed, FOLDERS, TODAY).map(({ start, end }) => typed.slice(start, end));
    expect(pieces).toEqual(['budget', 'de:"jean dupont"', 'après:la semaine dernière', 'fin']);
  });

  it('reads a bounded number of criteria, whatever is typed', () => {
    expect(readSearch('a:b '.repeat(10_000), FOLDERS, TODAY)).toHaveLength(20);
    expect(readSearch('"'.repeat(10_001), FOLDERS, TODAY)).toEqual([]);
    expect(readSearch(`${'-'.repeat(10_000)}:`, FOLDERS, TODAY)).toHaveLength(1);
  });
});

describe('days as people write them', () => {
  it.each([
    ['12/09/2026', '2026-09-12', '2026-09-13'],
    ['12.9.26', '2026-09-12', '2026-09-13'],
    ['2026-09-12', '2026-09-12', '2026-09-13'],
    ['24/12', '2025-12-24', '2025-12-25'],
    ['2026-09', '2026-09-01', '2026-10-01'],
    ['09/2026', '2026-09-01', '2026-10-01'],
    ['2025', '2025-01-01', '2026-01-01'],
    ['septembre', '2026-09-01', '2026-10-01'],
    ['Décembre', '2025-12-01', '2026-01-01'],
    ['1er septembre', '2026-09-01', '2026-09-02'],
    ['le 12 août 2025', '2025-08-12', '2025-08-13'],
    ['aujourd’hui', '2026-11-25', '2026-11-26'],
    ['hier', '2026-11-24', '2026-11-25'],
    ['avant-hier', '2026-11-23', '2026-11-24'],
    ['il y a 3 jours', '2026-11-22', '2026-11-23'],
    ['cette semaine', '2026-11-23', '2026-11-30'],
    ['la semaine dernière', '2026-11-16', '2026-11-23'],
    ['mois dernier', '2026-10-01', '2026-11-01'],
    ['l’année dernière', '2025-01-01', '2026-01-01'],
    ['lundi', '2026-11-23', '2026-11-24'],
    ['vendredi dernier', '2026-11-20', '2026-11-21'],
    ['mercredi', '2026-11-18', '2026-11-19'],
  ])('%s', (written, start, end) => {
    expect(readDays(written, TODAY)).toEqual({ start, end });
  });

  it.each(['', '31/02/2026', '2026-13', '13/13/2026', 'demain matin', '12', 'octobre 12', '0000'])('%s is none', (written) => {
    expect(readDays(written, TODAY)).toBeNull();
  });
});

describe('what was understood, in words', () => {
  it.each([
    ['budget', 'budget'],
    ['"sortie scolaire"', '«\u202fsortie scolaire\u202f»'],
    ['de:"jean dupont"', 'De\u202f: jean dupont'],
    ['-à:claire', 'Sauf À\u202f: claire'],
    ['avec:pj', 'Avec pièce jointe'],
    ['avant:1/9/2026', 'Avant le 1er septembre 2026'],
    ['date:hier', 'Le 24 novembre 2026'],
    ['date:2026-09', 'Du 1er septembre 2026 au 30 septembre 2026'],
    ['dans:inbox', 'Dans\u202f: Boîte de réception'],
  ])('%s', (typed, label) => {
    expect(readSearch(typed, FOLDERS, TODAY).map(labelOf)).toEqual([label]);
  });
});

describe('hints', () => {
  const hints = (typed: string, caret = typed.length) => hintsFor(typed, caret, FOLDERS, (key) => key).map(({ text }) => text);

  it('tells what there is before anything is typed, and nothing after a word', () => {
    expect(hints('')).toContain('de:');
    expect(hints('budget ')).toEqual([]);
    expect(hints('budget')).toEqual([]);
  });

  it('completes the word under the caret', () => {
    expect(hints('budget ob')).toEqual(['budget objet:']);
    expect(hints('budget A')).toEqual(['budget à:', 'budget avec:pj ', 'budget après:', 'budget avant:']);
    expect(hints('-av budget', 3)).toEqual(['-avec:pj budget', '-avant:budget']);
  });

  it('proposes folders and days, in quotes where they have spaces', () => {
    expect(hints('dans:con')).toEqual(['dans:"Conseil de classe" ']);
    expect(hints('dans:"conseil d')).toEqual(['dans:"Conseil de classe" ']);
    expect(hints('in:corb')).toEqual(['in:Corbeille ']);
    expect(hints('après:hi')).toEqual(['après:hier ']);
    expect(hints('avant:sem')).toContain('avant:"la semaine dernière" ');
    expect(hints('avec:')).toEqual(['avec:pj ']);
    expect(hints('inconnu:x')).toEqual([]);
  });
});
