/** Judges passwords beside the page, so that typing never waits. */
import type { Judged, ToJudge } from './meter';
import { judge } from './strength';

addEventListener('message', ({ data }: MessageEvent<ToJudge>) => {
  postMessage({ id: data.id, strength: judge(data.password, data.personal) } satisfies Judged);
});
