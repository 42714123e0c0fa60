/** The files that go with the message being written, and their uploads. */
import { explain } from '../shell/explain';
import { upload } from '../jmap/upload';
import type { BodyPart, Id } from '../jmap/types';

export class AttachedFile {
  blobId = $state<Id | null>(null);
  progress = $state(0);
  error = $state('');
  /** Not uploaded at all: joining it again would not help. */
  refused = $state(false);
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

  /** `refusal` says why the file cannot go with the message, or "". */
  static uploading(source: File, refusal: (file: AttachedFile) => Promise<string>, done: () => void): AttachedFile {
    const file = new AttachedFile(source.name, source.type || 'application/octet-stream', source.size);
    void file.join(source, refusal).then(() => {
      if (file.ready) done();
    });
    return file;
  }

  private async join(source: File, refusal: (file: AttachedFile) => Promise<string>): Promise<void> {
    try {
      this.error = await refusal(this);
      this.refused = this.error !== '';
      if (this.refused || this.abort.signal.aborted) return;
      this.blobId = (await upload(source, (fraction) => (this.progress = fraction), this.abort.signal)).blobId;
    } catch (error) {
      if (!this.abort.signal.aborted) this.error = explain(error);
    }
  }

  get ready(): boolean {
    return this.blobId !== null;
  }

  cancel(): void {
    this.abort.abort();
  }
}
