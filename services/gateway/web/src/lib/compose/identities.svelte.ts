/** As whom the agent writes (RFC 8621 §6): names, reply addresses and signatures of the one address of the account. */
import { assertSet, Batch, created, jmap } from '../jmap/client';
import type { GetResult, Id, Identity, SetResult } from '../jmap/types';
import { mailboxes } from '../mail/mailboxes.svelte';
import { Recovery } from '../shell/recovery.svelte';

export type IdentityEdit = Pick<Identity, 'name' | 'replyTo' | 'bcc' | 'textSignature' | 'htmlSignature'>;

class Identities {
  all = $state.raw<Identity[]>([]);
  readonly recovery = new Recovery(() => this.load());

  /** The one to begin with: the account's own comes first. Loaded if it is not yet known. */
  async first(): Promise<Identity> {
    if (this.all.length === 0) await this.load();
    const [first] = this.all;
    if (!first) throw new Error('no identity');
    return first;
  }

  private async load(): Promise<void> {
    const batch = new Batch();
    const get = batch.call<GetResult<Identity>>('Identity/get', { ids: null });
    const refresh = mailboxes.all.length === 0 ? mailboxes.refreshIn(batch) : () => {};
    await jmap.send(batch);
    refresh();
    this.all = get.value.list;
  }

  /** Makes another identity, or changes one. */
  async save(id: Id | null, edit: IdentityEdit, email: string): Promise<void> {
    const result = await this.set(id ? { update: { [id]: edit } } : { create: { identity: { ...edit, email } } });
    if (!id) created(result, 'identity');
  }

  async remove(id: Id): Promise<void> {
    await this.set({ destroy: [id] });
  }

  private async set(args: Record<string, unknown>): Promise<SetResult> {
    const batch = new Batch();
    const set = batch.call<SetResult>('Identity/set', args);
    const get = batch.call<GetResult<Identity>>('Identity/get', { ids: null });
    await jmap.send(batch);
    this.all = get.value.list;
    assertSet(set.value);
    return set.value;
  }
}

export const identities = new Identities();
