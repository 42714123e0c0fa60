/** Tells screen readers that a message came in. */
import { t } from '../i18n/catalogue';
import { notices } from '../shell/notices.svelte';
import { displayName } from './people';
import type { Row } from './rows';

let newest = 0;

/** To be called with the rows each time they change, while the inbox is shown. */
export function watchArrivals(rows: readonly (Row | undefined)[], watching: boolean): void {
  const first = rows[0];
  if (!watching || !first) {
    newest = 0;
    return;
  }
  const date = first.date.getTime();
  if (newest > 0 && date > newest && first.unread) {
    notices.announce(t('list.arrived', { name: displayName(first.from), subject: first.subject || t('message.noSubject') }));
  }
  newest = date;
}
