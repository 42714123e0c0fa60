/** The present on the clocks of Paris, as a floating stamp, ticking while something shows it. */
import { createSubscriber } from 'svelte/reactivity';
import { parisStamp } from './localtime';

const TICK_MS = 20_000;

class Clock {
  private readonly subscribe = createSubscriber((update) => {
    const timer = setInterval(update, TICK_MS);
    return () => clearInterval(timer);
  });

  get now(): number {
    this.subscribe();
    return parisStamp(new Date());
  }
}

export const clock = new Clock();
