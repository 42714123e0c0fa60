/** How persons are named in the pages. */
import { t } from '../i18n/catalogue';
import type { Address } from '../jmap/types';

export function displayName(address: Address | null): string {
  if (!address) return t('people.unknown');
  return address.name?.trim() || address.email;
}

/** « moi » for one's own address. */
export function nameFor(address: Address, self: string): string {
  return address.email.toLowerCase() === self.toLowerCase() ? t('people.me') : displayName(address);
}

/** « à moi, Youssef Pimprenelle et 6 autres » */
export function recipientSummary(recipients: Address[], self: string): string {
  const names = recipients.map((address) => nameFor(address, self)).sort((a, b) => Number(b === t('people.me')) - Number(a === t('people.me')));
  if (names.length === 0) return t('people.noRecipient');
  if (names.length <= 3) return t('people.to', { names: new Intl.ListFormat('fr').format(names) });
  return t('people.toMore', { names: names.slice(0, 2).join(', '), count: names.length - 2 });
}
