/** What the page can say about a password before the server judges it. */
import { t, type MessageKey } from '../i18n/catalogue';

export const MINIMUM_LENGTH = 12;

const ADVICE: Record<string, MessageKey> = {
  'too-short': 'choose.tooShort',
  'too-long': 'choose.tooLong',
  'too-common': 'choose.tooCommon',
  'too-personal': 'choose.tooPersonal',
};

/** A sentence to show, or "" when it is worth asking the server. */
export function checkPassword(password: string): string {
  return [...password].length < MINIMUM_LENGTH ? t('choose.tooShort') : '';
}

/** The server's advice codes as sentences. */
export function adviceText(codes: string[]): string {
  const sentences = codes.map((code) => ADVICE[code]).filter((key): key is MessageKey => key !== undefined);
  return sentences.length > 0 ? sentences.map((key) => t(key)).join(' ') : t('choose.refused');
}

/** What a login or an address tells of its holder: words that their password must do without. */
export function tellingWords(login: string): string[] {
  const [name = ''] = login.split('@');
  return [name, ...name.split(/[._-]/)].filter(Boolean);
}
