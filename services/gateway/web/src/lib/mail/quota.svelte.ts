/** How much the mailbox holds, and may hold (RFC 9425). */
import { tn } from '../i18n/catalogue';
import { fileSize } from '../i18n/dates';
import { Batch, jmap } from '../jmap/client';
import type { GetResult, Quota } from '../jmap/types';
import { Recovery } from '../shell/recovery.svelte';

const CAPABILITY = 'urn:ietf:params:jmap:quota';
const REST_MS = 5_000;
const integers = new Intl.NumberFormat('fr');

export type Fullness = 'fine' | 'nearlyFull' | 'full';

export function fullness({ used, hardLimit, warnLimit }: Quota): Fullness {
  if (used >= hardLimit) return 'full';
  return warnLimit !== null && used >= warnLimit ? 'nearlyFull' : 'fine';
}

/** The one nearest to its limit where one is short; else the octets. */
export function shown(quotas: readonly Quota[]): Quota | undefined {
  const short = quotas.filter((quota) => fullness(quota) !== 'fine').sort((a, b) => b.used / b.hardLimit - a.used / a.hardLimit);
  return short[0] ?? quotas.find((quota) => quota.resourceType === 'octets');
}

/** « 3,2 Go » and « 10 Go », or « 1 900 000 » and « 2 000 000 messages ». */
export function amounts({ resourceType, used, hardLimit }: Quota): { used: string; limit: string } {
  if (resourceType === 'octets') return { used: fileSize(used), limit: fileSize(hardLimit) };
  return { used: integers.format(used), limit: tn('quota.messages', hardLimit) };
}

class MailQuota {
  private all = $state.raw<readonly Quota[]>([]);
  readonly current = $derived(shown(this.all));
  readonly recovery = new Recovery(() => this.load());
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Every message moves it: it is asked for once in a while only. */
  changed(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.recovery.run();
    }, REST_MS);
  }

  private async load(): Promise<void> {
    const batch = new Batch([CAPABILITY]);
    const get = batch.call<GetResult<Quota>>('Quota/get', { ids: null });
    await jmap.send(batch);
    this.all = get.value.list;
  }
}

export const quota = new MailQuota();
