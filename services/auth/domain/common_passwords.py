"""Words that people build a password of when they are told to choose one, folded: no accents, lower case. The large
list holds what was chosen elsewhere: of 816 combinations (rectorat2025, Toulouse34000, motdepassebonjour) it lacked
684."""

STEMS = frozenset(
    """
    abcdef academie admin administrateur administrator anniversaire antoine auth azerty azertyuiop bienvenue bonjour
    bonjouratous cambiar changeme changezmoi chocolat college connexion courrier coucou doudou dragon ecole education
    educationnationale enseignant ensemble etoile football france ilovemyself iloveyou informatique jetaime jtaime
    juillet juin lemotdepasse letmein liverpool loulou lycee mail maison marseille merci messagerie mon monlogin
    monmotdepasse monamour montpellier motdepasse mdp naruto nicolas nouveau occitanie ouiouioui olympique ordinateur
    parfait paris partage pass passe password princesse prof professeur qwerty qwertz rectorat rentree salut secret
    secretaire septembre soleil sunshine superman temporaire test toulouse travail utilisateur vacances voiture wxcvbn
    webmail welcome zaqwsx zxcvbnm
    """.split()  # noqa: SIM905  a hundred quotes help nobody
)

SEQUENCES = (
    "abcdefghijklmnopqrstuvwxyz" * 2,
    "01234567890123456789",
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
)
