/** The institution's texts and colours, read once when the page opens. */
import { authApi, type Settings } from './api';

const NEUTRAL: Settings = { institution: { name: '', short: 'Messagerie', domain: '' }, help: [], colours: {} };

/** Tokens that an institution may replace; dark and high-contrast schemes keep ours, whose contrast was checked. */
const REPLACEABLE = new Set(['encre', 'encre-fort', 'encre-teinte', 'encre-teinte-2', 'marge']);

class SettingsStore {
  value = $state.raw<Settings>(NEUTRAL);

  async load(): Promise<void> {
    this.value = await authApi.settings();
    this.paint(this.value.colours);
  }

  private paint(colours: Record<string, string>): void {
    const rules = Object.entries(colours)
      .filter(([token, colour]) => REPLACEABLE.has(token) && /^#[0-9a-f]{6}$/i.test(colour))
      .map(([token, colour]) => `--${token}: ${colour};`);
    if (rules.length === 0) return;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`@media (prefers-color-scheme: light) { :root { ${rules.join(' ')} } }`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }
}

export const settings = new SettingsStore();
