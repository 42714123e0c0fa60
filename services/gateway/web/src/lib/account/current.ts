/** What is said beside the current password when the server did not take it; "" when the problem was another. */
import { t } from '../i18n/catalogue';
import { isProblem } from '../jmap/errors';

export function currentRefused(error: unknown): string {
  if (isProblem(error, 'bad-credentials')) return t('myAccount.wrongCurrent');
  return isProblem(error, 'slow-down') ? t('myAccount.slowDown') : '';
}
