/** True where one pane shows at a time: what is read is then the page, and its title the page's first heading. */
import { MediaQuery } from 'svelte/reactivity';

export const narrow = new MediaQuery('max-width: 860px');

/** True where fingers are the main pointer: a finger that rests chooses, and drags nothing. */
export const coarse = new MediaQuery('pointer: coarse');
