/** What is said to the agent: a short bubble with one possible action, and sentences for screen readers only. */

export interface Notice {
  id: number;
  text: string;
  kind: 'done' | 'error';
  action?: { label: string; run: () => void };
  /** For how long it can still be acted upon, in milliseconds: shown as a line that runs out. */
  left?: number;
}

const DONE_MS = 7_000;
const ERROR_MS = 14_000;
const REMINDER_MS = 20_000;

class Notices {
  current = $state.raw<Notice | null>(null);
  announcement = $state('');
  private next = 1;
  private timer: ReturnType<typeof setTimeout> | undefined;

  done(text: string, action?: Notice['action']): void {
    this.show({ id: this.next++, text, kind: 'done', ...(action ? { action } : {}) }, DONE_MS);
  }

  error(text: string, action?: Notice['action']): void {
    this.show({ id: this.next++, text, kind: 'error', ...(action ? { action } : {}) }, ERROR_MS);
  }

  /** Something worth doing, which can be found elsewhere too. */
  remind(text: string, action: NonNullable<Notice['action']>): void {
    this.show({ id: this.next++, text, kind: 'done', action }, REMINDER_MS);
  }

  /** Something that can be stopped for so many milliseconds; then `after` is said. */
  hold(text: string, left: number, action: NonNullable<Notice['action']>, after: string): void {
    this.show({ id: this.next++, text, kind: 'done', action, left }, left, () => this.done(after));
  }

  /** Does what the notice offers, as its button does. */
  act(): void {
    const action = this.current?.action;
    this.dismiss();
    action?.run();
  }

  dismiss(): void {
    clearTimeout(this.timer);
    this.current = null;
  }

  /** Says something to screen readers without showing it. A repeated sentence is said again. */
  announce(text: string): void {
    this.announcement = text === this.announcement ? `${text}\u200b` : text;
  }

  private show(notice: Notice, duration: number, then: () => void = () => this.dismiss()): void {
    clearTimeout(this.timer);
    this.current = notice;
    this.timer = setTimeout(then, duration);
  }
}

export const notices = new Notices();
