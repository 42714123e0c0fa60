import { describe, expect, it } from 'vitest';
import { ObjectRefused } from '../src/lib/jmap/errors';
import { explain } from '../src/lib/shell/explain';

const unknown = (...invalidRecipients: string[]): ObjectRefused => new ObjectRefused({ type: 'invalidRecipients', invalidRecipients });

describe('recipients that nobody has', () => {
  it('are named', () => {
    expect(explain(unknown('a@ac.example'))).toBe('L’adresse a@ac.example n’existe pas. Corrigez-la ou retirez-la.');
    expect(explain(unknown('a@ac.example', 'b@ac.example'))).toBe('Les adresses a@ac.example et b@ac.example n’existent pas. Corrigez-les ou retirez-les.');
  });

  it('are spoken of in general where the server names none', () => {
    expect(explain(unknown())).toContain('Une adresse de destinataire n’existe pas');
  });
});
