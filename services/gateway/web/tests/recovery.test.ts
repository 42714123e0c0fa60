import { describe, expect, it } from 'vitest';
import { Recovery } from '../src/lib/shell/recovery.svelte';

describe('a load that heals by itself', () => {
  it('is ready when the last run is, not when one that it overtook is', async () => {
    const done: (() => void)[] = [];
    const recovery = new Recovery(() => new Promise<void>((resolve) => done.push(resolve)));
    const first = recovery.run();
    recovery.stop();
    const second = recovery.run();
    done[0]?.();
    await first;
    expect(recovery.health).toBe('loading');
    done[1]?.();
    await second;
    expect(recovery.health).toBe('ready');
  });
});
