/** The files that go with the message being written, and their uploads. */
import { explain } from '../shell/explain';
import { upload } from '../jmap/upload';
import type { BodyPart, Id } from '../jmap/types';

export class AttachedFile {
  blobId = $state<Id | null>(null);
  progress = $state(0);
  error = $state('');
  private readonly abort = new AbortController();

  private constructor(
    readonly name: string,
    readonly type: string,
    readonly size: number,
  ) {}

  /** A part of a message that the server has already. */
  static existing(part: BodyPart): AttachedFile {
    const file = new AttachedFile(part.name ?? 'fichier', part.type, part.size);
    file.blobId = part.blobId;
    return file;
  }

  static uploading(source: File, done: () => void): AttachedFile {
    const file = new AttachedFile(source.name, source.type || 'application/octet-stream', source.size);
    upload(source, (fraction) => (file.progress = fraction), file.abort.signal).then(
      (uploaded) => {
        file.blobId = uploaded.blobId;
        done();
      },
      (error: unknown) => {
        if (!file.abort.signal.aborted) file.error = explain(error);
      },
    );
    return file;
  }

  get ready(): boolean {
    return this.blobId !== null;
  }

  cancel(): void {
    this.abort.abort();
  }
}
