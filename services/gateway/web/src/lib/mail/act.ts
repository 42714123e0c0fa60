/** Doing something to conversations from anywhere in the page: the reading pane and what is chosen follow. */
import { router } from '../shell/router.svelte';
import { perform, type Details, type Target } from './actions';
import { LEAVING, type ActionCommand } from './commands';
import { listRoute, routeAfterRemoval } from './reading';
import { selection } from './selection.svelte';

/** The reading pane moves on when what it shows leaves; what was chosen is so again when nothing came of it. */
export function act(command: ActionCommand, targets: Target[], details: Details = {}): void {
  const leaving = LEAVING.includes(command);
  const threadId = router.current.path[2] ?? '';
  const shown = targets.some((target) => target.threadId === threadId);
  const after = leaving ? routeAfterRemoval(threadId, targets) : listRoute();
  const chosen = leaving && targets.some((target) => selection.has(target.threadId)) ? selection.take() : [];
  void perform(command, targets, details).then((done) => {
    if (!done && chosen.length > 0) selection.put(chosen);
  });
  if (shown && (leaving || command === 'unread')) router.go(after, true);
}
