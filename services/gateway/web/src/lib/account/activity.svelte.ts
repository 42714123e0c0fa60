/** The agent's own trail: the newest page, then older ones on demand. */
import { accountApi, type ActivityLine } from '../auth/api';
import { Recovery } from '../shell/recovery.svelte';

export class ActivityStore {
  lines = $state.raw<ActivityLine[] | null>(null);
  /** Where the older lines are to be asked for, "" when there are none. */
  next = $state('');
  readonly recovery = new Recovery(async () => {
    const { lines, next } = await accountApi.activity('', this.page);
    this.lines = lines;
    this.next = next;
  });

  constructor(private readonly page = 50) {}

  /** How many lines came. */
  async older(): Promise<number> {
    const { lines, next } = await accountApi.activity(this.next, this.page);
    this.lines = [...(this.lines ?? []), ...lines];
    this.next = next;
    return lines.length;
  }
}
