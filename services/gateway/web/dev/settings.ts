/** The policy that the gateway sends with the page; the frame of a message inherits it, hence the inline styles. */
export const CONTENT_POLICY = [
  "default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data: blob:", "font-src 'self'", "media-src 'self'",
  "connect-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
].join('; ');

export const demoSettings = {
  institution: { name: 'Académie de Montpellier', short: 'Messagerie', domain: 'ac-montpellier.example' },
  help: [
    { status: 'Enseignants du premier degré', label: 'Direction des services départementaux', contact: 'DSDEN de votre département', phone: '04 99 00 00 01', email: 'dsden@ac-montpellier.example' },
    { status: 'Enseignants du second degré', label: 'Division des personnels enseignants', contact: 'DPE', phone: '04 99 00 00 02', email: 'dpe@ac-montpellier.example' },
    { status: 'Personnels administratifs', label: 'Division des personnels administratifs', contact: 'DPATE', phone: '04 99 00 00 03', email: '' },
  ],
  colours: {},
};
