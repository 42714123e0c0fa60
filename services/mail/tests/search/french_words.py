"""Words as agents write them, of each kind that the stemmer treats in its own way."""

_AS_WRITTEN = """
élève eleves ÉLÈVE élevage cheval chevaux journal journaux national nationaux travail travaux œuvre oeuvres cœur
coeurs sœur nœud vœux bœuf curriculum vitæ administration administratif administrateurs administrer application
applications appliqué publication indicateurs récemment apparemment constamment évidemment activité activités actif
active activement intelligence intelligent intelligemment différence différents envoyer envoyez envoi essayer essai
voyez voir déployer appuyez payer paiement employés emploi finissons finir grandissait heureux heureuse
heureusement nombreuses généreux généreusement parent parents parental maternelle maternel lycée lycéens collège
collégiens école écoliers scolaire réunion réunions conseil conseiller conseillère professeur professeure
enseignante enseignement histoire géographie mathématiques français anglaise physique-chimie éducatif pédagogique
pédagogie évaluation évaluations noter notes notation bulletin bulletins orientation orienter stage stagiaire 1ère
2nde 3e 4ème 5EME 6ème facture_2026-09.pdf straße Łódź naïveté aiguë Ÿ ÇA garçon ﬁche noël
"""
WORDS = tuple(_AS_WRITTEN.split())
