/** What could send mail elsewhere unseen: the Sieve scripts (RFC 9661), where the server has any. */
import { Batch, jmap } from '../jmap/client';
import type { GetResult } from '../jmap/types';

const SIEVE = 'urn:ietf:params:jmap:sieve';

export interface Script {
  id: string;
  name: string | null;
  isActive: boolean;
}

/** null when this server neither forwards nor filters. */
export async function readScripts(): Promise<Script[] | null> {
  if (!(SIEVE in (await jmap.accountCapabilities()))) return null;
  const batch = new Batch([SIEVE]);
  const scripts = batch.call<GetResult<Script>>('SieveScript/get', { ids: null, properties: ['id', 'name', 'isActive'] });
  await jmap.send(batch);
  return scripts.value.list;
}
