/** The lucide icons in use. After a change: `npm run icons` writes them to icons.svg. */
export const iconNames = [
  'archive', 'arrow-left', 'bold', 'building-2', 'calendar-days', 'calendar-plus', 'check', 'chevron-down', 'chevron-left',
  'chevron-right', 'chevron-up', 'circle-alert', 'circle-check', 'circle-help', 'circle-user-round', 'clock', 'cloud-check',
  'cloud-off', 'contact', 'copy', 'download', 'ellipsis', 'eye', 'eye-off', 'file-pen-line', 'folder', 'folder-input', 'folder-plus',
  'forward', 'history', 'image-off', 'inbox', 'italic', 'key-round', 'keyboard', 'layout-template', 'life-buoy', 'link', 'list',
  'list-checks', 'list-ordered', 'log-out', 'mail', 'mail-open', 'map-pin', 'maximize-2', 'menu', 'minimize-2', 'minus', 'monitor',
  'monitor-smartphone', 'paperclip', 'pen-line', 'pencil', 'phone', 'plus', 'printer', 'quote', 'refresh-cw', 'repeat', 'reply',
  'reply-all', 'search', 'send', 'send-horizontal', 'shield-alert', 'shield-check', 'signature', 'smartphone', 'star', 'text', 'trash-2',
  'triangle-alert', 'underline', 'user-plus', 'users', 'volume-2', 'wifi-off', 'x',
] as const;

export type IconName = (typeof iconNames)[number];
