/** What happened and what to do, in French, for any failure. */
import { t, tn, type MessageKey } from '../i18n/catalogue';
import { MethodError, ObjectRefused, RequestProblem, SessionExpired, Unreachable } from '../jmap/errors';
import type { SetError } from '../jmap/types';

const REFUSALS: Partial<Record<string, MessageKey>> = {
  tooLarge: 'error.tooLarge',
  overQuota: 'error.overQuota',
  forbidden: 'error.forbidden',
  notFound: 'error.notFound',
  invalidRecipients: 'error.invalidRecipients',
  noRecipients: 'error.noRecipients',
  tooManyRecipients: 'error.tooManyRecipients',
  forbiddenFrom: 'error.forbiddenFrom',
  cannotUnsend: 'error.cannotUnsend',
};

const FAILURES: Partial<Record<string, MessageKey>> = {
  serverUnavailable: 'error.service',
  serverPartialFail: 'error.outcomeUnknown',
};

const enumeration = new Intl.ListFormat('fr');

function refusal({ type, invalidRecipients }: SetError): string {
  if (type === 'invalidRecipients' && invalidRecipients?.length) {
    return tn('error.unknownRecipients', invalidRecipients.length, { addresses: enumeration.format(invalidRecipients) });
  }
  return t(REFUSALS[type] ?? 'error.refused');
}

export function explain(error: unknown): string {
  if (error instanceof Unreachable) return t('error.unreachable');
  if (error instanceof SessionExpired) return t('error.session');
  if (error instanceof ObjectRefused) return refusal(error.error);
  if (error instanceof MethodError) return t(FAILURES[error.type] ?? 'error.internal');
  if (error instanceof RequestProblem) {
    if (error.status === 413) return t('error.tooLarge');
    if (error.status === 429) return t('error.slowDown');
    return t(error.status >= 502 ? 'error.service' : 'error.internal');
  }
  return t('error.internal');
}
