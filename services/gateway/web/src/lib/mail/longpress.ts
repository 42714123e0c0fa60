/** A finger that rests on a row: the touch equivalent of its box. */

const REST_MS = 450;
const TREMBLE_PX = 10;

/** Attached to the list: `run` gets the element with a `data-index` that was held. The click that follows is swallowed. */
export function longPress(run: (held: HTMLElement) => void): (list: HTMLElement) => () => void {
  return (list) => {
    const abort = new AbortController();
    const { signal } = abort;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let from = { x: 0, y: 0 };
    let held = false;

    const letGo = (): void => clearTimeout(timer);
    list.addEventListener('pointerdown', (event) => {
      held = false;
      letGo();
      const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-index]') : null;
      if (event.pointerType === 'mouse' || !row) return;
      from = { x: event.clientX, y: event.clientY };
      timer = setTimeout(() => {
        held = true;
        run(row);
      }, REST_MS);
    }, { signal });
    list.addEventListener('pointermove', (event) => {
      if (Math.hypot(event.clientX - from.x, event.clientY - from.y) > TREMBLE_PX) letGo();
    }, { signal });
    for (const end of ['pointerup', 'pointercancel', 'pointerleave'] as const) list.addEventListener(end, letGo, { signal });
    list.addEventListener('contextmenu', (event) => { if (held) event.preventDefault(); }, { signal });
    list.addEventListener('click', (event) => {
      if (held) event.stopPropagation();
      held = false;
    }, { signal, capture: true });
    return () => {
      letGo();
      abort.abort();
    };
  };
}
