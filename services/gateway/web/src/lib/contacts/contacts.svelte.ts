/** Address books: the personal one is read whole, the directory of the académie page by page and by search. */
import { assertSet, Batch, created, jmap } from '../jmap/client';
import type { AddressBook, ContactCard, GetResult, Id, QueryResult, SetResult } from '../jmap/types';
import { explain } from '../shell/explain';
import { notices } from '../shell/notices.svelte';
import { Recovery } from '../shell/recovery.svelte';
import { fromForm, type CardForm } from './card';

export const DIRECTORY = 'directory';
const PAGE = 60;

class Contacts {
  books = $state.raw<AddressBook[]>([]);
  book = $state('');
  text = $state('');
  cards = $state.raw<ContactCard[]>([]);
  total = $state(0);
  readonly recovery = new Recovery(() => this.load());
  private limit = PAGE;
  private abort = new AbortController();

  get personal(): AddressBook | undefined {
    return this.books.find((book) => book.id !== DIRECTORY && book.isDefault) ?? this.books.find((book) => book.id !== DIRECTORY);
  }

  get isDirectory(): boolean {
    return this.book === DIRECTORY;
  }

  show(book: string, text: string): void {
    this.abort.abort();
    if (book !== this.book) this.cards = [];
    this.book = book;
    this.text = text;
    this.limit = PAGE;
    void this.recovery.run();
  }

  more(): void {
    if (this.cards.length >= this.total || this.limit > this.cards.length) return;
    this.limit += PAGE;
    void this.recovery.run();
  }

  find(id: Id): ContactCard | undefined {
    return this.cards.find((card) => card.id === id);
  }

  async fetch(id: Id): Promise<ContactCard | undefined> {
    const batch = new Batch();
    const get = batch.call<GetResult<ContactCard>>('ContactCard/get', { ids: [id] });
    await jmap.send(batch);
    return get.value.list[0];
  }

  /** Creates or changes a personal contact; gives its id, null when it could not be done (and says so). */
  async save(form: CardForm, card: ContactCard | null): Promise<Id | null> {
    const book = this.personal;
    if (!book) return null;
    const properties = fromForm(form, card);
    const change = card
      ? { update: { [card.id]: properties } }
      : { create: { card: { '@type': 'Card', version: '1.0', kind: 'individual', addressBookIds: { [book.id]: true }, ...properties } } };
    return this.attempt(async () => {
      const set = await this.set(change);
      if (!card) return created(set, 'card').id;
      assertSet(set);
      return card.id;
    });
  }

  async remove(card: ContactCard): Promise<boolean> {
    const done = await this.attempt(async () => {
      assertSet(await this.set({ destroy: [card.id] }));
      return card.id;
    });
    return done !== null;
  }

  private async set(change: Record<string, unknown>): Promise<SetResult> {
    const batch = new Batch();
    const set = batch.call<SetResult>('ContactCard/set', change);
    const read = this.readIn(batch);
    await jmap.send(batch);
    read();
    return set.value;
  }

  private async attempt(action: () => Promise<Id>): Promise<Id | null> {
    try {
      return await action();
    } catch (error) {
      notices.error(explain(error));
      return null;
    }
  }

  private async load(): Promise<void> {
    this.abort = new AbortController();
    const { signal } = this.abort;
    if (this.books.length === 0) await this.loadBooks(signal);
    const batch = new Batch();
    const read = this.readIn(batch);
    await jmap.send(batch, signal);
    if (!signal.aborted) read();
  }

  private async loadBooks(signal: AbortSignal): Promise<void> {
    const batch = new Batch();
    const books = batch.call<GetResult<AddressBook>>('AddressBook/get', { ids: null });
    await jmap.send(batch, signal);
    this.books = books.value.list;
  }

  private readIn(batch: Batch): () => void {
    const inAddressBook = this.isDirectory ? DIRECTORY : this.personal?.id;
    const filter = { ...(inAddressBook ? { inAddressBook } : {}), ...(this.text ? { text: this.text } : {}) };
    const query = batch.call<QueryResult>('ContactCard/query', { filter, sort: [{ property: 'name/full', isAscending: true }], limit: this.limit, calculateTotal: true });
    const get = batch.call<GetResult<ContactCard>>('ContactCard/get', { '#ids': query.ref('/ids') });
    return () => {
      const order = new Map(query.value.ids.map((id, index) => [id, index]));
      this.cards = get.value.list.toSorted((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
      this.total = query.value.total ?? this.cards.length;
    };
  }
}

export const contacts = new Contacts();
