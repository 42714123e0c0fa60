/** The contact form over the page, or none. */
import type { ContactCard } from '../jmap/types';

class ContactEditing {
  form = $state.raw<{ card: ContactCard | null } | null>(null);

  create(): void {
    this.form = { card: null };
  }

  edit(card: ContactCard): void {
    this.form = { card };
  }

  close(): void {
    this.form = null;
  }
}

export const contactEditing = new ContactEditing();
