// What the mock shows: the persons and messages of the design's mock-ups, all fictitious.
import type { Item } from './store.ts';

const DOMAIN = 'ac-montpellier.example';
const ME = { name: 'Solène Tournesol', email: `solene.tournesol@${DOMAIN}` };
const person = (name: string): { name: string; email: string } => ({
  name,
  email: `${name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z]+/g, '.')}@${DOMAIN}`,
});

export const mailboxes = ['inbox', 'drafts', 'sent', 'archive', 'junk', 'trash']
  .map((role, index) => ({ id: `m-${role}`, name: role, parentId: null as string | null, role: role as string | null, sortOrder: index }))
  .concat([{ id: 'm-sorties', name: 'Sorties scolaires', parentId: null, role: null, sortOrder: 10 }]);

interface Sketch {
  from: string;
  subject: string;
  text: string;
  minutes: number;
  thread?: string;
  unread?: boolean;
  flagged?: boolean;
  files?: string[];
  html?: string;
  blocked?: number;
  box?: string;
}

const HTML = `<p>Bonjour à toutes et à tous,</p><p>Vous trouverez ci-joint l’ordre du jour et le relevé préparatoire. Merci de compléter vos appréciations avant <b>mercredi soir</b> ; les délégués ont déjà envoyé leurs questions.</p><p>Deux points demandent une décision : l’aménagement de l’emploi du temps pour le groupe de soutien, et la date de la rencontre avec les familles.</p><p><img data-cid="logo" alt="" width="32" height="32"></p><p>Bonne journée,<br>Camille</p>`;

const SKETCHES: Sketch[] = [
  { from: 'Camille Brindacier', subject: 'Conseil de classe 4ᵉ B : ordre du jour', text: 'Bonjour à tous, voici l’ordre du jour et les documents préparatoires pour jeudi.', minutes: 20, thread: 't1', unread: true, files: ['Ordre du jour 4B.pdf', 'Relevé préparatoire.ods'], html: HTML, blocked: 2 },
  { from: 'Solène Tournesol', subject: 'Re: Conseil de classe 4ᵉ B : ordre du jour', text: 'Parfait, on garde donc 17 h. Camille, tu prépares l’ordre du jour ?', minutes: 170, thread: 't1', box: 'm-sent' },
  { from: 'Youssef Pimprenelle', subject: 'Conseil de classe 4ᵉ B', text: 'Je peux être présent à partir de 17 h, pas avant à cause du\nbus de 16 h 40.\n\nYoussef\n\n> Qui peut venir jeudi ?\n> Merci de répondre vite.', minutes: 1500, thread: 't1' },
  { from: 'Service des examens', subject: 'Calendrier du brevet blanc : validation attendue', text: 'Merci de confirmer les salles et les surveillants avant le 27 novembre.', minutes: 64, unread: true },
  { from: 'Youssef Pimprenelle', subject: 'Re : remplacement de mardi en mathématiques', text: 'C’est d’accord pour moi, je prends les deux heures de l’après-midi.', minutes: 107, unread: true },
  { from: 'Vie scolaire', subject: 'Absences du matin — 3 élèves à confirmer', text: 'Les familles suivantes n’ont pas encore répondu à l’appel de 8 h 30.', minutes: 131 },
  { from: 'Apolline Montfleury', subject: 'Sortie au musée des Automates', text: 'Le bus est réservé. Il reste deux autorisations à récupérer en 5ᵉ C.\nLe programme : https://musee-automates.example/visite', minutes: 162, flagged: true, files: ['Programme.pdf'] },
  { from: 'Direction des systèmes d’information', subject: 'Maintenance dimanche de 6 h à 8 h', text: 'La messagerie restera accessible en lecture pendant l’intervention.', minutes: 1440 },
  { from: 'Gaspard Marchefeu', subject: 'Photos du carrefour des métiers', text: 'Tu trouveras ici une sélection, dis-moi lesquelles on met sur le site.', minutes: 1520, flagged: true, files: ['Photos.zip'] },
  { from: 'Inès Coquelicot', subject: 'Convention de stage — Théo V.', text: 'L’entreprise a signé, il manque la signature de l’établissement.', minutes: 1600, files: ['Convention.pdf'] },
  { from: 'Formation continue', subject: 'Votre inscription est confirmée', text: 'Module « Évaluer par compétences », 9 décembre, salle 12.', minutes: 1810 },
  { from: 'Loterie Fictive', subject: 'Vous avez gagné !!!', text: 'Cliquez vite.', minutes: 900, unread: true, box: 'm-junk', html: '<div style="background-color:#ffd;padding:20px"><h1 style="color:#c00">GAGNÉ</h1><a href="https://loterie.example/">Cliquez</a></div>', blocked: 5 },
];

function emailFrom(sketch: Sketch, index: number, now: Date): Item {
  const parts = sketch.html ? [{ partId: 'h', blobId: null, size: 1, type: 'text/html', name: null, cid: null, disposition: null }] : [{ partId: 't', blobId: null, size: 1, type: 'text/plain', name: null, cid: null, disposition: null }];
  const files = (sketch.files ?? []).map((name) => ({ partId: null, blobId: 'blob-image', size: 184_000, type: 'application/octet-stream', name, cid: null as string | null, disposition: 'attachment' }));
  if (sketch.html === HTML) files.push({ partId: null, blobId: 'blob-image', size: 80, type: 'image/png', name: 'logo.png', cid: 'logo', disposition: 'inline' });
  return {
    id: `e${index}`, threadId: sketch.thread ?? `t-e${index}`, blobId: `M${index}`, size: 2000, mailboxIds: { [sketch.box ?? 'm-inbox']: true },
    keywords: { ...(sketch.unread ? {} : { $seen: true }), ...(sketch.flagged ? { $flagged: true } : {}) },
    from: [person(sketch.from)], to: [ME, person('Youssef Pimprenelle'), person('Apolline Montfleury'), person('Inès Coquelicot')], cc: null, bcc: null, replyTo: null, sender: null,
    subject: sketch.subject, receivedAt: new Date(now.getTime() - sketch.minutes * 60_000).toISOString(), sentAt: null, preview: sketch.text.replace(/\n.*/s, ''), hasAttachment: (sketch.files ?? []).length > 0,
    messageId: [`e${index}@mock`], inReplyTo: null, references: null, textBody: parts, htmlBody: parts, attachments: files,
    bodyValues: { t: { value: sketch.text, isTruncated: false } }, safeHtml: sketch.html ? { html: sketch.html, blockedRemote: sketch.blocked ?? 0, cids: sketch.html === HTML ? { logo: 'blob-image' } : {} } : null,
  };
}

export function demoEmails(now: Date): Item[] {
  const older = Array.from({ length: 600 }, (_, index): Sketch => ({
    from: ['Gaspard Marchefeu', 'Léonie Bergamote', 'Oscar Lanterne', 'Clémence Delahaie'][index % 4] ?? '', subject: `Compte rendu n° ${600 - index}`, text: `Relevé de décisions de la réunion ${600 - index}.`, minutes: 2900 + index * 170,
  }));
  return [...SKETCHES, ...older].map((sketch, index) => emailFrom(sketch, index, now));
}

export const calendars: Item[] = [
  ['Cours', '#2B41B3'], ['Réunions et conseils', '#A81E36'], ['Formation', '#74308F'], ['Personnel', '#3D4763'],
].map(([name, color], index) => ({ id: `cal${index + 1}`, name, color, sortOrder: index, isDefault: index === 0, isVisible: true, myRights: { mayWriteAll: true } }));

export function demoEvents(): Item[] {
  const today = new Date(Date.now() + 3_600_000);
  const monday = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate()) - ((today.getUTCDay() + 6) % 7) * 86_400_000;
  const at = (day: number, time: string): string => `${new Date(monday + day * 86_400_000).toISOString().slice(0, 10)}T${time}:00`;
  const plan: [number, string, string, string, string, string][] = [
    [0, '08:30', 'PT2H', 'Cours 4ᵉ B', 'cal1', 'Salle 112'], [0, '11:00', 'PT1H', 'Cours 6ᵉ A', 'cal1', 'Salle 112'], [0, '14:00', 'PT1H', 'Entretien famille', 'cal4', 'Bureau 3'], [0, '16:00', 'PT1H', 'Club lecture', 'cal3', 'CDI'],
    [1, '08:30', 'PT2H', 'Cours 3ᵉ A', 'cal1', 'Salle 204'], [1, '10:30', 'PT1H', 'Équipe lettres', 'cal2', 'Salle 3'], [1, '10:45', 'PT1H15M', 'Appel visio', 'cal4', 'En ligne'], [1, '14:00', 'PT2H', 'Cours 5ᵉ C', 'cal1', 'Salle 112'],
    [2, '08:30', 'PT1H30M', 'Cours 4ᵉ B', 'cal1', 'Salle 112'], [2, '11:00', 'PT1H30M', 'Formation « Évaluer par compétences »', 'cal3', 'En ligne'], [2, '14:00', 'PT1H30M', 'Corrections brevet blanc', 'cal4', ''],
    [3, '08:30', 'PT1H', 'Cours 6ᵉ A', 'cal1', 'Salle 112'], [3, '10:00', 'PT2H', 'Cours 3ᵉ A', 'cal1', 'Salle 204'], [3, '17:00', 'PT1H30M', 'Conseil de classe 4ᵉ B', 'cal2', 'Salle 204, bâtiment B'],
    [4, '08:30', 'PT2H', 'Cours 4ᵉ B', 'cal1', 'Salle 112'], [4, '15:00', 'PT1H30M', 'Préparation sortie', 'cal2', 'CDI'], [5, '09:30', 'PT2H30M', 'Portes ouvertes', 'cal2', 'Hall'],
  ];
  const events = plan.map(([day, time, duration, title, calendar, place], index): Item => ({
    id: `ev${index}`, title, calendarIds: { [calendar]: true }, start: at(day, time), timeZone: 'Europe/Paris', duration, showWithoutTime: false, description: '', locations: place ? { '1': { name: place } } : null,
    ...(calendar === 'cal1' ? { recurrenceRule: { '@type': 'RecurrenceRule', frequency: 'weekly', count: 30 } } : {}),
  }));
  return [...events, { id: 'ev-day', title: 'Remise des bulletins', calendarIds: { cal2: true }, start: at(4, '00:00'), timeZone: null, duration: 'P1D', showWithoutTime: true, description: '', locations: null }];
}

export const addressBooks = [
  { id: 'perso', name: 'Personnel', isDefault: true, myRights: { mayWrite: true } },
  { id: 'directory', name: 'Annuaire académique', isDefault: false, myRights: { mayWrite: false } },
];

const PEOPLE: [string, string, string, string][] = [
  ['Léonie Bergamote', 'Gestionnaire', 'Lycée Marie-Imaginaire', 'directory'], ['Camille Brindacier', 'Principale adjointe', 'Collège Jules-Fictif', 'perso'], ['Basile Boisjoli', 'Assistant d’éducation', 'Collège Jules-Fictif', 'directory'],
  ['Inès Coquelicot', 'Conseillère principale d’éducation', 'Collège Jules-Fictif', 'directory'], ['Achille Cerfeuil', 'Infirmier scolaire', 'Collège Jules-Fictif', 'perso'], ['Clémence Delahaie', 'Inspectrice, lettres', 'Rectorat', 'directory'],
  ['Oscar Lanterne', 'Documentaliste', 'Collège Jules-Fictif', 'perso'], ['Gaspard Marchefeu', 'Professeur de technologie', 'Collège Jules-Fictif', 'directory'], ['Apolline Montfleury', 'Professeure d’histoire-géographie', 'Collège Jules-Fictif', 'directory'],
  ['Youssef Pimprenelle', 'Professeur de mathématiques', 'Collège Jules-Fictif', 'directory'], ['Autocars Nuage', 'Transporteur', 'Autocars Nuage', 'perso'],
];

export const cards: Item[] = PEOPLE.map(([name, title, organization, book], index) => ({
  id: `card${index}`, addressBookIds: { [book]: true }, kind: 'individual',
  name: { full: name, components: [{ kind: 'given', value: name.split(' ')[0] }, { kind: 'surname', value: name.split(' ').slice(1).join(' ') }] },
  emails: { e1: { address: name === 'Autocars Nuage' ? 'transport@autocars-nuage.example' : person(name).email } },
  phones: { p1: { number: '04 99 00 12 34' } }, titles: { t1: { name: title } }, organizations: { o1: { name: organization } }, notes: book === 'perso' ? { n1: { note: 'Préfère être jointe avant 9 h.' } } : {},
}));
