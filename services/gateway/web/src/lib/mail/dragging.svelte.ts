/** Conversations under way from the list to a folder. */
import { tn } from '../i18n/catalogue';
import type { Mailbox } from '../jmap/types';
import { act } from './act';
import type { Target } from './actions';
import { list } from './list.svelte';
import { mayReceive } from './mailboxes.svelte';
import { selection } from './selection.svelte';

const TYPE = 'application/x-webmail-conversations';

class Dragging {
  targets = $state.raw<Target[]>([]);

  /** From the row: what is chosen if the row is part of it, else the row alone. */
  start(event: DragEvent, index: number): void {
    const row = list.rows[index];
    if (!row || !event.dataTransfer) return event.preventDefault();
    this.targets = selection.has(row.threadId) ? selection.rows : [row];
    event.dataTransfer.setData(TYPE, '');
    event.dataTransfer.effectAllowed = 'move';
    const image = picture(tn('list.conversations', this.targets.length));
    event.dataTransfer.setDragImage(image, -12, -12);
    setTimeout(() => image.remove());
  }

  stop(): void {
    this.targets = [];
  }
}

export const dragging = new Dragging();

/** What goes with the pointer: how many. The browser photographs it at once. */
function picture(text: string): HTMLElement {
  const image = document.createElement('div');
  image.className = 'drag-image';
  image.textContent = text;
  document.body.append(image);
  return image;
}

/** Attached to a folder's link: takes what is dropped on it. */
export function takesConversations(mailbox: Mailbox): (link: HTMLElement) => () => void {
  return (link) => {
    const abort = new AbortController();
    const { signal } = abort;
    const over = (event: DragEvent): void => {
      if (dragging.targets.length === 0 || !mayReceive(mailbox) || mailbox.id === list.mailbox?.id) return;
      event.preventDefault();
      link.classList.add('receiving');
    };
    const leave = (): void => link.classList.remove('receiving');
    link.addEventListener('dragenter', over, { signal });
    link.addEventListener('dragover', over, { signal });
    link.addEventListener('dragleave', leave, { signal });
    link.addEventListener('drop', (event) => {
      event.preventDefault();
      leave();
      act('move', dragging.targets, { mailboxId: mailbox.id });
    }, { signal });
    return () => abort.abort();
  };
}
