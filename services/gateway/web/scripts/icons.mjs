// Writes src/lib/shell/icons.svg, the sprite of the icons named in icon-names.ts, from lucide-static (ISC licence).
import { readFileSync, writeFileSync } from 'node:fs';
import { iconNames } from '../src/lib/shell/icon-names.ts';

const aliases = { 'circle-help': 'circle-question-mark' };

const symbols = iconNames.map((name) => {
  let source;
  try {
    source = readFileSync(`node_modules/lucide-static/icons/${name}.svg`, 'utf8');
  } catch {
    source = readFileSync(`node_modules/lucide-static/icons/${aliases[name]}.svg`, 'utf8');
  }
  const inner = source.slice(source.indexOf('>', source.indexOf('<svg')) + 1, source.indexOf('</svg>'));
  return `<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s*\n\s*/g, '')}</symbol>`;
});
writeFileSync(
  'src/lib/shell/icons.svg',
  `<!-- Lucide icons, ISC licence, https://lucide.dev -->\n<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join('\n')}\n</svg>\n`,
);
