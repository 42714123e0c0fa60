/** Searches beside the page, so that typing never waits. */
import { findNonce, type Task } from './proof';

addEventListener('message', ({ data }: MessageEvent<Task>) => {
  postMessage(findNonce(data));
});
