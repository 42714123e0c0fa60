"""What people choose when they are told to choose a password, folded: no accents, lower case. Issue 3 brings the large
list; these are the words that survive a rule of twelve characters by repetition, digits or punctuation."""

STEMS = frozenset(
    """
    123456 123456789 1234567890 abcdef abcdefgh academie admin administrateur administrator anniversaire antoine
    auth azerty azertyuiop azertyuiopqsdfghjklm bienvenue bonjour bonjouratous cambiar changeme changezmoi chocolat
    college college34 connexion courrier coucou doudou dragon ecole education educationnationale enseignant ensemble
    etoile football france ilovemyself iloveyou informatique jetaime jtaime juillet juin lemotdepasse letmein liverpool
    loulou lycee mail maison marseille merci messagerie mon monlogin monmotdepasse monamour montpellier motdepasse
    motdepasse1234 mdp naruto nicolas nouveau occitanie ouiouioui olympique ordinateur parfait paris partage pass
    passe password passw0rd princesse prof professeur qsdfghjklm qwerty qwertyuiop qwertz rectorat rentree salut
    secret secretaire septembre soleil sunshine superman temporaire test toulouse travail utilisateur vacances
    voiture wxcvbn webmail welcome zaqwsx zxcvbnm
    """.split()  # noqa: SIM905  a hundred quotes help nobody
)

SEQUENCES = (
    "abcdefghijklmnopqrstuvwxyz" * 2,
    "01234567890123456789",
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
)
