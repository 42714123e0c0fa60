/** The pause before the attempt number `attempt` (from 0), in ms: 1, 2, 4 … 30 s, spread by ±20 % so that not all come back at once. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const base = Math.min(30_000, 1000 * 2 ** Math.min(attempt, 5));
  return Math.round(base * (0.8 + 0.4 * random()));
}
