/** The pages of « Mon compte », in the order of the menu. The review after a reset is reached by its address only. */
import type { MessageKey } from '../i18n/catalogue';
import type { IconName } from '../shell/icon-names';

export type PartName = 'securite' | 'identites' | 'secours' | 'appareils' | 'activite' | 'verification';

export interface Part {
  name: PartName;
  title: MessageKey;
  /** In the menu, where there is less room. */
  short: MessageKey;
  icon: IconName;
}

const SECURITY: Part = { name: 'securite', title: 'myAccount.security', short: 'myAccount.security', icon: 'shield-check' };
const REVIEW: Part = { name: 'verification', title: 'myAccount.review', short: 'myAccount.review', icon: 'shield-check' };

export const parts: Part[] = [
  SECURITY,
  { name: 'identites', title: 'identity.title', short: 'identity.short', icon: 'signature' },
  { name: 'secours', title: 'myAccount.means', short: 'myAccount.means', icon: 'life-buoy' },
  { name: 'appareils', title: 'myAccount.devices', short: 'myAccount.devices', icon: 'monitor-smartphone' },
  { name: 'activite', title: 'myAccount.activity', short: 'myAccount.activityShort', icon: 'history' },
];

export function partOf(path: readonly string[]): Part {
  if (path[1] === REVIEW.name) return REVIEW;
  return parts.find((part) => part.name === path[1]) ?? SECURITY;
}
