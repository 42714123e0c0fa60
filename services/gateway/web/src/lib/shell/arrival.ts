/** Where the focus goes when one page takes the place of another. */

let arrived = false;

/** Attached to what a page begins with: takes the focus. The visit's first page is read from its top by itself. */
export function arrival(beginning: HTMLElement): void {
  if (arrived) beginning.focus();
  arrived = true;
}
