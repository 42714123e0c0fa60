// The mock's objects in memory.
import { addressBooks, calendars, cards, demoEmails, demoEvents, mailboxes } from './demo.ts';

export type Item = Record<string, unknown> & { id: string };

const DAY = 86_400_000;
const stamp = (local: string): number => Date.parse(`${local}Z`);
const local = (value: number): string => new Date(value).toISOString().slice(0, 19);

export class Store {
  readonly accountId = 'a-mock';
  readonly session = {
    account_id: 'a-mock', address: 'solene.tournesol@ac-montpellier.example', given_name: 'Solène', family_name: 'Tournesol', category: 'enseignant 2nd degré', csrf: 'csrf', shared: false,
  };
  state = 1;
  lastCreated = '';
  readonly down = new Set<string>();
  readonly blobs = new Map<string, { bytes: Buffer; type: string }>();
  readonly emails = new Map<string, Item>();
  private readonly events = new Map<string, Item>(demoEvents().map((event) => [event.id, event]));
  private readonly cards = new Map<string, Item>(cards.map((card) => [card.id, structuredClone(card)]));
  private readonly identities = new Map<string, Item>([['i1', { id: 'i1', name: 'Solène Tournesol', email: this.session.address, replyTo: null, bcc: null, textSignature: '', htmlSignature: '', mayDelete: false }]]);
  private readonly mailboxes = new Map<string, Item>(mailboxes.map((mailbox) => [mailbox.id, structuredClone(mailbox) as Item]));
  private readonly calendars = new Map<string, Item>(calendars.map((calendar) => [calendar.id, structuredClone(calendar)]));
  private next = 1;

  constructor() {
    for (const email of demoEmails(new Date())) this.emails.set(email.id, email);
    this.blobs.set('blob-image', { bytes: Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC', 'base64'), type: 'image/png' });
  }

  keep(bytes: Buffer, type: string): string {
    const id = `blob-${this.next++}`;
    this.blobs.set(id, { bytes, type });
    return id;
  }

  textOf(email: Item): string {
    return [email['subject'], email['preview'], JSON.stringify(email['from']), JSON.stringify(email['bodyValues'])].join(' ');
  }

  arrive(): void {
    const id = `new-${this.next++}`;
    const [model] = demoEmails(new Date());
    this.emails.set(id, { ...model, id, threadId: `t-${id}`, subject: 'Réunion avancée à 16 h', preview: 'La réunion commence plus tôt.', receivedAt: new Date().toISOString(), keywords: {}, hasAttachment: false, attachments: [] } as Item);
    this.state++;
  }

  private collection(type: string): Map<string, Item> {
    return { Email: this.emails, CalendarEvent: this.events, ContactCard: this.cards, Mailbox: this.mailboxes, Identity: this.identities, Calendar: this.calendars }[type] ?? new Map<string, Item>();
  }

  list(type: string, ids: string[] | null): unknown[] {
    if (type === 'Mailbox') return [...this.mailboxes.values()].map((mailbox) => ({ ...mailbox, ...this.counts(mailbox.id) }));
    if (type === 'AddressBook') return addressBooks;
    if (type === 'Quota') return [{ id: 'q1', resourceType: 'octets', used: 3_100_000_000, hardLimit: 10_000_000_000, warnLimit: 9_000_000_000 }];
    if (type === 'Thread') return (ids ?? []).map((id) => ({ id, emailIds: [...this.emails.values()].filter((email) => email['threadId'] === id).sort((a, b) => String(a['receivedAt']).localeCompare(String(b['receivedAt']))).map((email) => email.id) }));
    if (type === 'CalendarEvent') return (ids ?? []).map((id) => this.events.get(id) ?? this.instance(id)).filter(Boolean);
    const all = this.collection(type);
    return ids ? ids.map((id) => all.get(id)).filter(Boolean) : [...all.values()];
  }

  private counts(id: string): Record<string, number> {
    const inside = [...this.emails.values()].filter((email) => (email['mailboxIds'] as Record<string, true>)[id]);
    const unread = inside.filter((email) => !(email['keywords'] as Record<string, true>)['$seen']);
    return { totalEmails: inside.length, unreadEmails: unread.length, totalThreads: inside.length, unreadThreads: new Set(unread.map((email) => email['threadId'])).size };
  }

  create(type: string, value: Record<string, unknown>): string {
    const id = `${type.toLowerCase()}-${this.next++}`;
    if (type === 'Email') {
      this.lastCreated = id;
      const parts = value['bodyValues'] as Record<string, { value: string }>;
      const text = parts['text']?.value ?? '';
      const answered = [...this.emails.values()].find((email) => (value['inReplyTo'] as string[] | undefined)?.includes((email['messageId'] as string[])[0] ?? ''));
      this.emails.set(id, {
        id, threadId: answered?.['threadId'] ?? `t-${id}`, messageId: [`${id}@mock`], receivedAt: new Date().toISOString(), preview: text.slice(0, 120), size: text.length, cc: null, bcc: null, replyTo: null, to: [],
        safeHtml: { html: parts['html']?.value.replace(/^.*<body>|<\/body>.*$/gs, '') ?? '', blockedRemote: 0 }, attachments: [], ...value, hasAttachment: Array.isArray(value['attachments']),
      });
    } else if (type !== 'EmailSubmission') {
      this.collection(type).set(id, { role: null, parentId: null, sortOrder: 10, mayDelete: true, ...value, id });
    }
    return id;
  }

  patch(type: string, id: string, patch: Record<string, unknown>): void {
    const target = this.collection(type).get(id);
    if (!target) return type === 'CalendarEvent' ? this.patchInstance(id, patch) : undefined;
    for (const [path, value] of Object.entries(patch)) {
      const [first, second] = path.split('/') as [string, string | undefined];
      if (second === undefined) target[first] = value;
      else if (value === null) delete (target[first] as Record<string, unknown>)[second];
      else target[first] = { ...(target[first] as object), [second]: value };
    }
  }

  destroy(type: string, id: string): void {
    if (type === 'CalendarEvent' && !this.events.has(id)) this.patchInstance(id, { excluded: true });
    else this.collection(type).delete(id);
  }

  private patchInstance(id: string, patch: Record<string, unknown>): void {
    const [baseId = '', recurrenceId = ''] = id.split('@');
    const base = this.events.get(baseId);
    if (base) base['recurrenceOverrides'] = { ...(base['recurrenceOverrides'] as object | undefined), [recurrenceId]: patch };
  }

  private instance(id: string): Item | undefined {
    const [baseId = '', recurrenceId = ''] = id.split('@');
    const base = this.events.get(baseId);
    if (!base) return undefined;
    const { recurrenceRule: _, recurrenceOverrides, ...common } = base;
    const override = ((recurrenceOverrides ?? {}) as Record<string, object>)[recurrenceId] ?? {};
    return { ...common, start: recurrenceId, ...override, id, baseEventId: baseId, recurrenceId } as Item;
  }

  occurrences(filter: { after: string; before: string }): Item[] {
    const [after, before] = [stamp(filter.after), stamp(filter.before)];
    const found: Item[] = [];
    for (const event of this.events.values()) {
      const rule = event['recurrenceRule'] as { until?: string; count?: number } | null | undefined;
      const first = stamp(String(event['start']));
      if (!rule) {
        if (first >= after && first < before) found.push(event);
        continue;
      }
      for (let index = 0; index < (rule.count ?? 200); index++) {
        const start = first + index * 7 * DAY;
        if (rule.until && start > stamp(rule.until)) break;
        const instance = start >= after - 7 * DAY && start < before + 7 * DAY ? this.instance(`${event.id}@${local(start)}`) : undefined;
        const shown = instance && stamp(String(instance['start']));
        if (instance && shown !== undefined && !instance['excluded'] && shown >= after && shown < before) found.push(instance);
      }
    }
    return found;
  }

  queryCards(filter: { inAddressBook?: string; text?: string }, limit: number): Record<string, unknown> {
    const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
    const all = [...this.cards.values()]
      .filter((card) => !filter.inAddressBook || (card['addressBookIds'] as Record<string, true>)[filter.inAddressBook])
      .filter((card) => !filter.text || plain(JSON.stringify(card)).includes(plain(filter.text)))
      .sort((a, b) => (a['name'] as { full: string }).full.localeCompare((b['name'] as { full: string }).full, 'fr'));
    return { queryState: '', position: 0, ids: all.slice(0, limit).map((card) => card.id), total: all.length };
  }
}
