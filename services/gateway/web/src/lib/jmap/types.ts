/** The JMAP objects this app uses, with the properties it asks for (RFC 8621, RFC 9610, draft-ietf-jmap-calendars-26). */
export type Id = string;

export interface GetResult<T> {
  state: string;
  list: T[];
  notFound: Id[];
}
export interface ChangesResult {
  oldState: string;
  newState: string;
  hasMoreChanges: boolean;
  created: Id[];
  updated: Id[];
  destroyed: Id[];
}
export interface QueryResult {
  queryState: string;
  position: number;
  ids: Id[];
  total?: number;
}
export interface SetError {
  type: string;
  description?: string | null;
  properties?: string[];
  /** RFC 8621 §7.5. */
  invalidRecipients?: string[];
  /** RFC 8620 §5.4, RFC 8621 §4.8: the object that is already there. */
  existingId?: Id;
}
export interface SetResult<T = { id: Id }> {
  oldState: string | null;
  newState: string;
  created: Record<string, T> | null;
  updated: Record<Id, object | null> | null;
  destroyed: Id[] | null;
  notCreated: Record<string, SetError> | null;
  notUpdated: Record<Id, SetError> | null;
  notDestroyed: Record<Id, SetError> | null;
}

export type MailboxRole = 'inbox' | 'archive' | 'drafts' | 'sent' | 'scheduled' | 'trash' | 'junk' | 'templates' | 'snoozed';
export interface Mailbox {
  id: Id;
  name: string;
  parentId: Id | null;
  role: MailboxRole | null;
  sortOrder: number;
  totalEmails: number;
  unreadEmails: number;
  totalThreads: number;
  unreadThreads: number;
}

/** RFC 8621 §7. */
export interface Submission {
  id: Id;
  emailId: Id;
  /** When it leaves, or left. */
  sendAt: string;
  undoStatus: 'pending' | 'final' | 'canceled';
}

/** RFC 9425. `used` and the limits: octets, or messages. */
export interface Quota {
  id: Id;
  resourceType: 'octets' | 'count';
  used: number;
  hardLimit: number;
  warnLimit: number | null;
}

export interface Address {
  name: string | null;
  email: string;
}
export interface BodyPart {
  partId: string | null;
  blobId: Id | null;
  size: number;
  type: string;
  name: string | null;
  cid: string | null;
  disposition: string | null;
}
export interface SafeHtml {
  html: string;
  blockedRemote: number;
  /** Content-ID → blob id of the inline parts that the html shows. */
  cids?: Record<string, Id>;
}
export interface EmailSummary {
  id: Id;
  threadId: Id;
  mailboxIds: Record<Id, true>;
  keywords: Record<string, true>;
  from: Address[] | null;
  to: Address[] | null;
  subject: string | null;
  receivedAt: string;
  preview: string;
  hasAttachment: boolean;
  /** urn:webmail-montpellier:snooze; given where it is asked for. */
  snoozed?: { until: string } | null;
}
export interface Email extends EmailSummary {
  blobId: Id;
  size: number;
  messageId: string[] | null;
  inReplyTo: string[] | null;
  references: string[] | null;
  sender: Address[] | null;
  cc: Address[] | null;
  bcc: Address[] | null;
  replyTo: Address[] | null;
  sentAt: string | null;
  textBody: BodyPart[];
  htmlBody: BodyPart[];
  attachments: BodyPart[];
  bodyValues: Record<string, { value: string; isTruncated: boolean }>;
  safeHtml: SafeHtml | null;
}
export interface Thread {
  id: Id;
  emailIds: Id[];
}
export interface SearchSnippet {
  emailId: Id;
  subject: string | null;
  preview: string | null;
}
export interface Identity {
  id: Id;
  name: string;
  email: string;
  replyTo: Address[] | null;
  bcc: Address[] | null;
  textSignature: string;
  htmlSignature: string;
  mayDelete: boolean;
}

export interface Calendar {
  id: Id;
  name: string;
  color: string | null;
  sortOrder: number;
  isDefault: boolean;
  isVisible: boolean;
  myRights?: { mayWriteAll?: boolean; mayWriteOwn?: boolean };
}
export interface RecurrenceRule {
  '@type': 'RecurrenceRule';
  frequency: 'daily' | 'weekly' | 'monthly' | 'yearly';
  interval?: number;
  until?: string;
  count?: number;
}
export interface CalendarEvent {
  id: Id;
  baseEventId?: Id | null;
  recurrenceId?: string | null;
  uid?: string;
  calendarIds: Record<Id, true>;
  title: string;
  description?: string | null;
  start: string;
  timeZone: string | null;
  duration: string;
  showWithoutTime?: boolean;
  locations?: Record<string, { '@type'?: 'Location'; name: string }> | null;
  recurrenceRule?: RecurrenceRule | null;
  status?: 'confirmed' | 'tentative' | 'cancelled';
  utcStart?: string;
  utcEnd?: string;
}

export interface AddressBook {
  id: Id;
  name: string;
  isDefault: boolean;
  myRights?: { mayWrite?: boolean };
}
export interface ContactCard {
  id: Id;
  addressBookIds: Record<Id, true>;
  kind?: string;
  name?: { full?: string; components?: { kind: string; value: string }[] } | null;
  emails?: Record<string, { address: string }> | null;
  phones?: Record<string, { number: string }> | null;
  organizations?: Record<string, { name?: string; units?: { name: string }[] }> | null;
  titles?: Record<string, { name: string }> | null;
  notes?: Record<string, { note: string }> | null;
}
