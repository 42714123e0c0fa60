/** Uploads with progress (RFC 8620 §6.1). XMLHttpRequest, because fetch reports no upload progress. */
import { jmap } from './client';
import { RequestProblem, Unreachable } from './errors';

export interface Uploaded {
  blobId: string;
  type: string;
  size: number;
}

export function upload(file: File, progress: (fraction: number) => void, signal: AbortSignal): Promise<Uploaded> {
  return jmap.guarded(
    () =>
      new Promise<Uploaded>((resolve, reject) => {
        const http = new XMLHttpRequest();
        http.open('POST', jmap.uploadUrl);
        http.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
        http.setRequestHeader('X-CSRF-Token', jmap.csrf);
        http.responseType = 'json';
        http.upload.onprogress = (event) => {
          if (event.lengthComputable) progress(event.loaded / event.total);
        };
        http.onload = () => {
          if (http.status < 300) resolve(http.response as Uploaded);
          else reject(new RequestProblem(http.status, String((http.response as { code?: string } | null)?.code ?? 'unknown'), ''));
        };
        http.onerror = () => reject(new Unreachable('upload'));
        http.onabort = () => reject(new DOMException('upload given up', 'AbortError'));
        signal.addEventListener('abort', () => http.abort(), { once: true });
        http.send(file);
      }),
  );
}
