/** The message being written. One at a time; it lives in memory across pages and across the end of a session. */
import { settings } from '../auth/settings.svelte';
import { session } from '../auth/session.svelte';
import { t, tn } from '../i18n/catalogue';
import { fileSize, fullMoment, time } from '../i18n/dates';
import { jmap } from '../jmap/client';
import { isTemporary, outcomeUnknown } from '../jmap/errors';
import type { Address, Email, Id, Identity, Submission } from '../jmap/types';
import { listedAttachments } from '../mail/content';
import { explain } from '../shell/explain';
import { notices } from '../shell/notices.svelte';
import { domainOf, withoutKnown } from './addresses';
import { contentHtml, newMessageId, type DraftContent } from './draft';
import { AttachedFile } from './files.svelte';
import { identities } from './identities.svelte';
import { htmlToText } from './markup';
import { pending } from './pending.svelte';
import { usualRelease, type Release } from './release';
import { openingFor, type AnswerKind, type Opening } from './reply';
import { hasSignature, isSigned, recognised, signed, unsigned } from './signature';
import { fetchEmail, moveDraft, saveDraft, send, tidyAfterSending, wasSent } from './submission';
import { TEMPLATE } from './templates.svelte';

const AUTOSAVE_MS = 2_500;
const isIntroduction = (line: string): boolean => line === t('reply.forwarded');
const EMPTY: Opening = { to: [], cc: [], subject: '', html: '<p><br></p>', attachments: [], inReplyTo: null, references: null };

/** By this computer's clock, which may be wrong: never so few that nobody could act, nor more than an institution may choose. */
function secondsUntil(at: Date): number {
  return Math.min(120, Math.max(5, Math.floor((at.getTime() - Date.now()) / 1000)));
}

class Composer {
  /** Changes with each new message, 0 while none is written. */
  key = $state(0);
  minimised = $state(false);
  to = $state.raw<Address[]>([]);
  cc = $state.raw<Address[]>([]);
  bcc = $state.raw<Address[]>([]);
  subject = $state('');
  html = $state('');
  /** Changes when `html` was changed by other means than the editor. */
  revision = $state(0);
  /** As whom the message is written; null until it is known. */
  identity = $state.raw<Identity | null>(null);
  files = $state.raw<AttachedFile[]>([]);
  status = $state('');
  /** Whether `status` says that all is safe among the drafts. */
  saved = $state(false);
  error = $state('');
  sending = $state(false);
  /** Whether the cursor starts in the body: for answers, whose recipients are known. */
  startInBody = false;
  private threading: Pick<Opening, 'inReplyTo' | 'references'> = { inReplyTo: null, references: null };
  private answered: { id: Id; keyword: '$answered' | '$forwarded' } | null = null;
  private draftId: Id | null = null;
  /** The same over all attempts to send, so that one whose answer was lost can be found. */
  private messageId: string | null = null;
  private maybeSent = false;
  private dirty = false;
  private writing = false;
  private insisting = false;
  private saveError = '';
  private timer: ReturnType<typeof setTimeout> | undefined;
  private saving: Promise<void> = Promise.resolve();
  private lastKey = 0;

  readonly outside = $derived(
    [...this.to, ...this.cc, ...this.bcc].filter((address) => domainOf(address.email) !== settings.value.institution.domain.toLowerCase()),
  );

  constructor() {
    addEventListener('beforeunload', (event) => {
      if (this.atRisk) event.preventDefault();
    });
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden' && this.isOpen && this.dirty) void this.save();
    });
  }

  /** Whether leaving the page now would lose something. */
  private get atRisk(): boolean {
    return this.isOpen && (this.dirty || this.writing || this.sending || this.files.some((file) => !file.ready && !file.error));
  }

  get isOpen(): boolean {
    return this.key > 0;
  }

  get mentionsMissingFile(): boolean {
    const own = htmlToText(this.html).split('\n').filter((line) => !line.startsWith('>')).join('\n');
    return this.files.length === 0 && /\b(ci-joint|ci-jointe|pièces? jointes?|en pièce jointe|ci-jointes|ci-joints)\b/i.test(own);
  }

  write(to: Address[] = []): void {
    this.start({ ...EMPTY, to }, false);
    this.begin();
  }

  answer(kind: AnswerKind, email: Email): void {
    this.start(openingFor(kind, email, session.current?.address ?? ''), kind !== 'forward');
    this.answered = { id: email.id, keyword: kind === 'forward' ? '$forwarded' : '$answered' };
    this.begin();
  }

  async answerById(kind: AnswerKind, id: Id): Promise<void> {
    await this.fetching(id, (email) => this.answer(kind, email));
  }

  async editDraft(id: Id): Promise<void> {
    await this.fetching(id, (email) => {
      if (email.keywords[TEMPLATE]) return this.from(email);
      const { inReplyTo, references } = email;
      this.start({ to: email.to ?? [], cc: email.cc ?? [], subject: email.subject ?? '', html: contentHtml(email), attachments: listedAttachments(email), inReplyTo, references }, true);
      this.bcc = email.bcc ?? [];
      this.draftId = id;
      this.resume(email.from?.[0]?.name ?? '');
    });
  }

  /** A new message from a template, which stays as it is. */
  private from(template: Email): void {
    const { to, cc, bcc, subject } = template;
    this.start({ ...EMPTY, to: to ?? [], cc: cc ?? [], subject: subject ?? '', html: contentHtml(template), attachments: listedAttachments(template) }, true);
    this.bcc = bcc ?? [];
    this.begin();
  }

  /** Puts a template into the message that is open: above what stands there, and only into fields that are empty. */
  async fillWith(id: Id): Promise<void> {
    const { key } = this;
    await this.fetching(id, (template) => {
      if (key !== this.key) return;
      if (!this.to.length) this.to = template.to ?? [];
      if (!this.cc.length) this.cc = template.cc ?? [];
      this.subject ||= template.subject ?? '';
      this.files = [...this.files, ...listedAttachments(template).filter((part) => part.blobId).map((part) => AttachedFile.existing(part))];
      this.rewrite(contentHtml(template) + this.html.replace(/^(<p><br><\/p>)+/, ''));
      this.touch();
    });
  }

  /** The message as a template keeps it: unsigned, and no answer to anything. */
  async asTemplate(): Promise<DraftContent> {
    return { ...(await this.content()), html: unsigned(this.html) };
  }

  /** Writes as another identity: its signature takes the place of the one before, its own copies those of the one before. */
  writeAs(identity: Identity): void {
    const before = this.identity;
    this.identity = identity;
    const own = new Set((before?.bcc ?? []).map((address) => address.email.toLowerCase()));
    this.bcc = [...this.bcc.filter((address) => !own.has(address.email.toLowerCase())), ...withoutKnown(identity.bcc ?? [], this.bcc)];
    // Where the agent has taken a signature out, none comes back.
    const removed = before !== null && hasSignature(before) && !isSigned(this.html);
    if (!removed) this.rewrite(signed(this.html, identity, isIntroduction));
  }

  touch(): void {
    if (!this.isOpen) return;
    this.dirty = true;
    this.insisting = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.save(), AUTOSAVE_MS);
  }

  attach(files: Iterable<File>): void {
    this.files = [...this.files, ...[...files].map((file) => AttachedFile.uploading(file, (attached) => this.refusal(attached), () => this.touch()))];
    this.touch();
  }

  /** Why the file is too much, with those before it, for one message; or "". */
  private async refusal(file: AttachedFile): Promise<string> {
    const limit = await jmap.maxAttachmentBytes();
    const before = this.files.slice(0, this.files.indexOf(file)).filter((other) => !other.error);
    const total = before.reduce((sum, other) => sum + other.size, file.size);
    if (total <= limit) return '';
    const shown = { name: file.name, size: fileSize(file.size), limit: fileSize(Math.floor(limit / 1e6) * 1e6) };
    return t(file.size > limit ? 'compose.fileTooLarge' : 'compose.filesTooLarge', shown);
  }

  detach(file: AttachedFile): void {
    file.cancel();
    this.files = this.files.filter((other) => other !== file);
    this.touch();
  }

  /** Keeps what was written among the drafts and closes. */
  async close(): Promise<void> {
    const hadContent = this.dirty || this.draftId !== null;
    if (this.dirty) await this.save();
    if (this.dirty) return;
    this.clear();
    if (hadContent) notices.done(t('compose.kept'));
  }

  /** Puts what was written into the trash, from where it can be taken back. When it cannot be kept there, only a second demand drops it. */
  async discard(): Promise<void> {
    if (this.sending) return;
    const { key, insisting } = this;
    if (this.dirty && !insisting) await this.save();
    else await this.saving;
    if (key !== this.key) return;
    if (this.dirty && !insisting) {
      this.insisting = true;
      this.error = t('compose.discardUnsaved');
      return;
    }
    const { draftId } = this;
    this.clear();
    try {
      if (draftId) await moveDraft(draftId, 'trash');
    } catch (error) {
      // The draft is still in « Brouillons ».
      notices.error(explain(error));
      return;
    }
    if (draftId) notices.done(t('compose.trashed'), { label: t('action.undo'), run: () => void this.takeBack(draftId) });
    else notices.done(t('compose.discarded'));
  }

  private async takeBack(id: Id): Promise<void> {
    try {
      await moveDraft(id, 'drafts');
    } catch (error) {
      notices.error(explain(error));
      return;
    }
    if (!this.isOpen) await this.editDraft(id);
  }

  /** What keeps the message from being sent, or "". */
  obstacle(): string {
    if (this.to.length + this.cc.length + this.bcc.length === 0) return t('compose.noRecipient');
    const refused = this.files.find((file) => file.refused);
    if (refused) return refused.error;
    if (this.files.some((file) => file.error)) return t('compose.failedUpload');
    if (this.files.some((file) => !file.ready)) return t('compose.uploading');
    return '';
  }

  async send(release: Release = usualRelease()): Promise<void> {
    if (this.sending) return;
    this.error = this.obstacle();
    if (this.error) return;
    this.sending = true;
    clearTimeout(this.timer);
    try {
      await this.saving;
      const identity = this.identity ?? (await identities.first());
      this.messageId ??= newMessageId(identity);
      const known = this.maybeSent && (await wasSent(this.messageId));
      const submission = known ? null : await this.submit(this.messageId, identity.id, release);
      const { draftId, answered } = this;
      this.clear();
      this.tell(submission, release);
      await tidyAfterSending(draftId, answered).catch((error: unknown) => notices.error(explain(error)));
    } catch (error) {
      this.error = explain(error);
      this.touch();
    } finally {
      this.sending = false;
    }
  }

  /** Says that it is sent, and lets it be called back while it can. */
  private tell(submission: Submission | null, release: Release): void {
    if (submission?.undoStatus !== 'pending') return notices.done(t('compose.sent'));
    void pending.recovery.run();
    const at = new Date(submission.sendAt);
    const undo = { label: t('pending.cancel'), run: () => void this.callBack(submission) };
    if (release && 'until' in release) return notices.done(t('compose.scheduled', { moment: fullMoment(at) }), undo);
    const seconds = release ? release.holdFor : secondsUntil(at);
    notices.hold(tn('compose.leaving', seconds), seconds * 1000, undo, t('compose.sent'));
  }

  /** Takes back what has not left yet, and opens it again. */
  async callBack(submission: Submission): Promise<void> {
    try {
      await pending.callBack([submission]);
    } catch (error) {
      notices.error(explain(error));
      return;
    }
    notices.announce(t('pending.canceled'));
    await this.editDraft(submission.emailId);
  }

  private async submit(messageId: string, identityId: Id, release: Release): Promise<Submission> {
    this.maybeSent = false;
    try {
      return await send({ ...(await this.content()), messageId }, identityId, release);
    } catch (error) {
      this.maybeSent = outcomeUnknown(error);
      throw error;
    }
  }

  private start(opening: Opening, inBody: boolean): void {
    if (this.isOpen && this.dirty) {
      void this.save();
      notices.done(t('compose.kept'));
    }
    this.clear();
    this.to = opening.to;
    this.cc = opening.cc;
    this.subject = opening.subject;
    this.html = opening.html;
    this.files = opening.attachments.filter((part) => part.blobId).map((part) => AttachedFile.existing(part));
    this.threading = { inReplyTo: opening.inReplyTo, references: opening.references };
    this.startInBody = inBody;
    this.key = ++this.lastKey;
  }

  /** Signs what was opened. Where the identities are not known yet, unless the agent writes faster than they come. */
  private begin(): void {
    const [first] = identities.all;
    if (first) return this.writeAs(first);
    const { key, html } = this;
    identities.first().then((identity) => {
      if (key === this.key && !this.identity && html === this.html) this.writeAs(identity);
    }, () => {
      // The first attempt to save or to send asks again, and says what is wrong.
    });
  }

  /** Takes up a draft as who had begun it, by the name it bears. */
  private resume(name: string): void {
    const known = identities.all.find((identity) => identity.name === name) ?? identities.all[0];
    if (!known) return;
    this.identity = known;
    this.rewrite(recognised(this.html, identities.all));
  }

  private rewrite(html: string): void {
    this.html = html;
    this.revision++;
  }

  private clear(): void {
    clearTimeout(this.timer);
    for (const file of this.files) file.cancel();
    this.key = 0;
    this.to = this.cc = this.bcc = [];
    this.subject = this.html = this.status = this.error = this.saveError = '';
    this.files = [];
    this.minimised = this.dirty = this.saved = this.insisting = false;
    this.draftId = this.answered = this.messageId = this.identity = null;
    this.maybeSent = false;
    this.threading = { inReplyTo: null, references: null };
  }

  private async content(): Promise<DraftContent> {
    const identity = this.identity ?? (await identities.first());
    return {
      messageId: null,
      from: { name: identity.name, email: identity.email },
      replyTo: identity.replyTo,
      to: this.to,
      cc: this.cc,
      bcc: this.bcc,
      subject: this.subject.trim(),
      html: this.html,
      attachments: this.files.filter((file) => file.ready).map(({ blobId, name, type }) => ({ blobId: blobId as Id, name, type })),
      ...this.threading,
    };
  }

  /** Saves run one after the other, each replacing the draft of the one before. */
  private save(): Promise<void> {
    const { key } = this;
    this.saving = this.saving.then(async () => {
      if (key !== this.key || !this.dirty || this.sending) return;
      this.dirty = this.saved = false;
      this.writing = true;
      this.status = t('compose.saving');
      try {
        const id = await saveDraft(await this.content(), this.draftId);
        if (key === this.key) {
          this.draftId = id;
          this.status = t('compose.saved', { time: time(new Date()) });
          this.saved = true;
          if (this.error === this.saveError) this.error = '';
        }
      } catch (error) {
        if (key !== this.key) return;
        this.dirty = true;
        if (isTemporary(error)) {
          this.status = t('compose.notSaved');
          this.timer = setTimeout(() => void this.save(), AUTOSAVE_MS * 4);
        } else {
          this.status = t('compose.notSavedYet');
          this.error = this.saveError = t('compose.notSavedWhy', { reason: explain(error) });
        }
      } finally {
        this.writing = false;
      }
    });
    return this.saving;
  }

  private async fetching(id: Id, then: (email: Email) => void): Promise<void> {
    try {
      then(await fetchEmail(id));
    } catch (error) {
      notices.error(explain(error));
    }
  }
}

export const composer = new Composer();
