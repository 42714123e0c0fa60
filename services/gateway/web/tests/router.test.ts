import { describe, expect, it } from 'vitest';
import { parseRoute, routeTo } from '../src/lib/shell/router.svelte';

describe('addresses after "#"', () => {
  it('come back as they were made', () => {
    const { path, query } = parseRoute(routeTo(['courrier', 'a/b é'], { q: '100 % sûr' }));
    expect(path).toEqual(['courrier', 'a/b é']);
    expect(query.get('q')).toBe('100 % sûr');
  });

  it('are kept as typed where the encoding is wrong', () => {
    expect(parseRoute('#/courrier/100%/%E9t%E9/%C3%A9').path).toEqual(['courrier', '100%', '%E9t%E9', 'é']);
  });
});
