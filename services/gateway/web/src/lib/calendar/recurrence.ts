/** Weekly recurrence as the form offers it, and recurrence rules in words. */
import { t, tn } from '../i18n/catalogue';
import type { RecurrenceRule } from '../jmap/types';
import { formats, stampOf } from './localtime';

export type RuleEnd = { kind: 'never' } | { kind: 'until'; day: string } | { kind: 'count'; count: number };

export function weeklyRule(end: RuleEnd): RecurrenceRule {
  const rule: RecurrenceRule = { '@type': 'RecurrenceRule', frequency: 'weekly' };
  if (end.kind === 'until') rule.until = `${end.day}T23:59:59`;
  if (end.kind === 'count') rule.count = end.count;
  return rule;
}

export function endOf(rule: RecurrenceRule | null | undefined): RuleEnd {
  if (rule?.until) return { kind: 'until', day: rule.until.slice(0, 10) };
  if (rule?.count) return { kind: 'count', count: rule.count };
  return { kind: 'never' };
}

/** « Toutes les semaines, jusqu’au vendredi 2 juillet 2027 » */
export function describeRule(rule: RecurrenceRule): string {
  const interval = rule.interval ?? 1;
  const every = { daily: 'rule.daily', weekly: 'rule.weekly', monthly: 'rule.monthly', yearly: 'rule.yearly' } as const;
  const base = tn(every[rule.frequency], interval);
  const end = endOf(rule);
  if (end.kind === 'until') return t('rule.until', { base, day: formats.fullDay(stampOf(end.day)) });
  if (end.kind === 'count') return t('rule.count', { base, count: end.count });
  return base;
}
