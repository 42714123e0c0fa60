"""The agent of these tests, what opens her mailbox, and what auth tells of her."""

from pydantic import SecretStr

from contracts.account import AccountView, OpenSession, RecoveryMeans, Reopening
from contracts.auth import NO_SECRET, Agent, Client, Session, SignedIn

ACCOUNT = "a234567abcdef"
ADDRESS = "zoe.fictif@ac-montpellier.example"
PASSWORD = "tambour des lilas"
TOKEN = "jeton-de-session-0123456789"
CSRF = "jeton-anti-csrf"
DEVICE = "appareil-connu-0123456789"
NUMEN = "34S2612345XYZ"
TICKET = "billet-de-dix-minutes"
CHALLENGE = "1764144000.defi-a-recopier-0123.mac"
AGENT = Agent(
    account_id=ACCOUNT,
    address=ADDRESS,
    given_name="Zoé",
    family_name="Fictif",
    category="direction",
    uai="0340042X",
    departement="Gard",
)
SESSION = Session(session_id="5e55", csrf=CSRF, agent=AGENT, expires_at=4_000_000_000.0)
VIEW = AccountView(
    agent=AGENT,
    short_login="zfictif",
    password_changed_at=1_764_144_000.0,
    means=RecoveryMeans(email="z•••@exemple.example", email_confirmed=True, codes_left=8),
    reopening=Reopening(asked_at=1_764_144_000.0, opens_at=1_764_230_400.0),
)
HERE = OpenSession(
    session_id=SESSION.session_id,
    current=True,
    browser="Firefox 140",
    system="Linux",
    source="192.0.2.1",
    place="Rectorat",
    shared=False,
    opened_at=1_764_144_000.0,
    used_at=1_764_144_060.0,
)


def signed_in(client: Client) -> SignedIn:
    """A session for whoever asks from `client`; a device without a name gets one."""
    return SignedIn(
        token=SecretStr(TOKEN),
        csrf=CSRF,
        agent=AGENT,
        expires_at=SESSION.expires_at,
        shared=client.shared,
        device=NO_SECRET if client.shared or client.device.get_secret_value() else SecretStr(DEVICE),
    )
