/** What the server knows of the signed-in agent's own account, read again whenever it may have changed. */
import { accountApi, type Account, type RecoveryMeans } from '../auth/api';
import { Recovery } from '../shell/recovery.svelte';

class AccountStore {
  view = $state.raw<Account | null>(null);
  readonly recovery = new Recovery(async () => {
    this.view = await accountApi.view();
  });

  /** Takes over what the server answered to a change. */
  setMeans(means: RecoveryMeans): void {
    if (this.view) this.view = { ...this.view, means };
  }

  async stopReopening(): Promise<void> {
    await accountApi.stopReopening();
    if (this.view) this.view = { ...this.view, reopening: null };
  }
}

export const account = new AccountStore();

export type MeansState = 'none' | 'pending' | 'enrolled';

/** Whether the holder could recover a lost password alone. An address that was not confirmed does not count. */
export function meansState({ email, email_confirmed, codes_left }: RecoveryMeans): MeansState {
  if (codes_left > 0 || (email !== '' && email_confirmed)) return 'enrolled';
  return email === '' ? 'none' : 'pending';
}
