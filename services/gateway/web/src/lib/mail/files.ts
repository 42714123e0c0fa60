/** The short badge of a file: its extension and a hue by family. */

const HUES: [RegExp, string][] = [
  [/^PDF$/, 'c2'],
  [/^(ODS|XLSX?|CSV)$/, 'c3'],
  [/^(ODT|DOCX?|TXT|RTF)$/, 'c1'],
  [/^(ODP|PPTX?)$/, 'c7'],
  [/^(JPE?G|PNG|GIF|WEBP|HEIC|SVG)$/, 'c5'],
  [/^(ICS)$/, 'c4'],
];

export function fileBadge(name: string, type: string): { text: string; hue: string } {
  const extension = /\.(\w{1,4})$/.exec(name)?.[1] ?? type.split('/')[1]?.slice(0, 4) ?? '';
  const text = extension.toUpperCase();
  return { text, hue: HUES.find(([pattern]) => pattern.test(text))?.[1] ?? 'c8' };
}
