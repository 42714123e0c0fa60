"""The administration's file: what goes in, what stays out and why, and that a second time changes nothing."""

import io
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chassis.settings import institution
from services.auth.adapters.agents_csv import MAX_LINE_BYTES, UnreadableFileError, read_agents
from services.auth.application.agent_row import COLUMNS
from services.auth.application.import_agents import ImportReport
from services.auth.bootstrap import build
from services.auth.tests.system import NUMEN, System, settings

HEADER = "nom;prenom;date_naissance;numen;categorie;uai;departement\n"
CAMILLE = f"Brindacier;Camille;1984-03-05;{NUMEN};direction;0340042X;Hérault\n"
BASILE = "Boisjoli;Basile;05/03/1999;34s2600001xyz;surveillance et vie scolaire;0340042x;HERAULT\n"


def take(system: System, content: str | bytes) -> tuple[ImportReport, list[tuple[int, str]]]:
    refused: list[tuple[int, str]] = []
    raw = content.encode() if isinstance(content, str) else content
    lines = ((line.number, line.values, line.fault) for line in read_agents(io.BytesIO(raw), COLUMNS))
    report = system.auth.import_agents(lines, lambda line, reason: refused.append((line, reason)))
    return report, refused


def test_each_line_becomes_an_account_that_was_never_activated(system: System) -> None:
    report, refused = take(system, HEADER + CAMILLE + BASILE)
    assert (report, refused) == (ImportReport(created=2), [])
    rows = system.rows("SELECT address, given_name, category, uai, departement, state FROM account ORDER BY address")
    assert [tuple(row.values()) for row in rows] == [
        (
            "basile.boisjoli@ac-montpellier.example",
            "Basile",
            "surveillance et vie scolaire",
            "0340042X",
            "Hérault",
            "never_activated",
        ),
        ("camille.brindacier@ac-montpellier.example", "Camille", "direction", "0340042X", "Hérault", "never_activated"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff" + HEADER + CAMILLE,
        (HEADER + CAMILLE).replace(";", ","),
        (HEADER + CAMILLE).replace("\n", "\r\n"),
        f"numen;UAI;Département;prenom;nom;Date_Naissance;catégorie\n{NUMEN};0340042X;Hérault;Camille;Brindacier;05/03/1984;Direction",
        (HEADER + CAMILLE).replace("Brindacier", '"Brindacier"'),
        HEADER + "\n;;;;;;\n" + CAMILLE + "\n",
        "grade;" + HEADER + "certifié;" + CAMILLE,
    ],
    ids=["bom", "comma", "crlf", "any-order", "quoted", "blank-lines", "further-column"],
)
def test_other_shapes_of_the_same_file_say_the_same(system: System, content: str) -> None:
    assert take(system, content) == (ImportReport(created=1), [])
    assert take(system, HEADER + CAMILLE) == (ImportReport(unchanged=1), [])


def test_a_bad_line_is_told_by_number_and_reason_and_the_others_go_in(system: System) -> None:
    bad = [
        CAMILLE.replace(NUMEN, "10E98"),
        CAMILLE.replace("1984-03-05", "5 mars 1984"),
        CAMILLE.replace("direction", "astronaute"),
        CAMILLE.replace("0340042X", "34"),
        CAMILLE.replace("Hérault", "Finistère"),
        CAMILLE.replace("Camille", ""),
        CAMILLE.replace("Brindacier", "花子"),
        "Brindacier;Camille\n",
        CAMILLE.replace("Brindacier", '"Brindacier'),
        "x" * MAX_LINE_BYTES * 3 + "\n",
        CAMILLE.replace("1984-03-05", "1884-03-05").replace("direction", NUMEN),
    ]
    raw = (HEADER + "".join(bad)).encode() + CAMILLE.encode("latin-1") + BASILE.encode()
    report, refused = take(system, raw)
    assert report == ImportReport(created=1, refused=12)
    assert refused == [
        (2, "NUMEN mal formé (deux chiffres, une lettre, sept chiffres, trois lettres)"),
        (3, "date de naissance illisible (forme attendue : 1984-03-05 ou 05/03/1984)"),
        (4, "catégorie inconnue"),
        (5, "UAI mal formé (sept chiffres et une lettre)"),
        (6, "département inconnu"),
        (7, "prénom illisible (de 1 à 200 caractères, sans caractère de contrôle)"),
        (8, "nom ou prénom sans lettre latine"),
        (9, "2 colonnes au lieu de 7"),
        (10, "guillemets ou caractères illisibles"),
        (11, "ligne trop longue"),
        (12, "date de naissance illisible (forme attendue : 1984-03-05 ou 05/03/1984) ; catégorie inconnue"),
        (13, "ligne qui n’est pas en UTF-8"),
    ]
    assert not any(NUMEN in reason or "mars" in reason for _, reason in refused)


@pytest.mark.parametrize("content", ["", "\n", CAMILLE, "nom;prenom\n", HEADER.encode("utf-16"), "nom;" + HEADER])
def test_a_file_without_its_header_is_refused_as_a_whole(system: System, content: str | bytes) -> None:
    with pytest.raises(UnreadableFileError):
        take(system, content)
    assert system.rows("SELECT 1 FROM account") == []


def test_twice_the_same_file_changes_nothing(system: System) -> None:
    take(system, HEADER + CAMILLE + BASILE)
    before = system.rows("SELECT * FROM account ORDER BY account_id"), system.rows("SELECT id FROM outbox ORDER BY 1")
    assert take(system, HEADER + CAMILLE + BASILE) == (ImportReport(unchanged=2), [])
    assert (
        system.rows("SELECT * FROM account ORDER BY account_id"),
        system.rows("SELECT id FROM outbox ORDER BY 1"),
    ) == before


def test_what_changed_is_told_and_the_address_stays(system: System) -> None:
    take(system, HEADER + CAMILLE)
    married = CAMILLE.replace("Brindacier", "Fictif").replace("direction", "inspection").replace("0340042X", "0340099Z")
    assert take(system, HEADER + married)[0] == ImportReport(changed=1)
    events = system.rows("SELECT routing_key, payload::jsonb AS body FROM outbox ORDER BY position")
    assert [(row["routing_key"], row["body"]["sequence"]) for row in events] == [
        ("auth.account.created", 1),
        ("auth.account.changed", 2),
    ]
    assert events[1]["body"]["agent"] == {
        "account_id": events[0]["body"]["agent"]["account_id"],
        "address": "camille.brindacier@ac-montpellier.example",
        "given_name": "Camille",
        "family_name": "Fictif",
        "category": "inspection",
        "uai": "0340099Z",
        "departement": "Hérault",
    }


def test_a_corrected_birth_date_is_taken_in_without_telling_anybody(system: System) -> None:
    take(system, HEADER + CAMILLE)
    before = system.rows("SELECT birth_date_hmac FROM account")
    assert take(system, HEADER + CAMILLE.replace("1984", "1985"))[0] == ImportReport(unchanged=1)
    assert system.rows("SELECT birth_date_hmac FROM account") != before
    assert len(system.rows("SELECT 1 FROM outbox")) == 1


def test_a_numen_given_twice_in_one_file_counts_once(system: System) -> None:
    others = [f"Martin;Jean;01/01/1970;34E98{number:05}AAA;direction;0340042X;Gard\n" for number in range(600)]
    again = CAMILLE.replace("Camille", "Camélia")
    report, refused = take(system, HEADER + CAMILLE + again + "".join(others) + again)
    assert refused == [(3, "NUMEN déjà donné à la ligne 2"), (604, "NUMEN déjà donné à la ligne 2")]
    assert (report.created, report.refused) == (601, 2)
    assert system.rows("SELECT 1 FROM import_line") == []


def test_homonyms_are_numbered_and_no_address_comes_back(system: System) -> None:
    lines = [f"Martin;Jean;01/01/1970;34E98{number:05}AAA;direction;0340042X;Gard\n" for number in range(4)]
    take(system, HEADER + "".join(lines[:2]))
    system.auth.make_agent(
        "jean.martin3", "tambour des lilas", category="direction", uai="0340042X", departement="Gard"
    )
    with system.database.transaction() as tx:
        tx.execute("DELETE FROM account WHERE address LIKE 'jean.martin2@%%'")
    take(system, HEADER + lines[2])
    take(system, HEADER + lines[3])
    left = {row["address"].partition("@")[0] for row in system.rows("SELECT address FROM account")}
    assert left == {"jean.martin", "jean.martin3", "jean.martin4", "jean.martin5"}


def test_only_digests_of_numen_and_birth_date_are_kept(system: System) -> None:
    take(system, HEADER + CAMILLE)
    stored = repr([system.rows(f"SELECT * FROM {table}") for table in ("account", "outbox", "address_ledger")])  # noqa: S608
    for secret in (NUMEN, NUMEN.lower(), "1984-03-05", "05/03/1984"):
        assert secret not in stored
    row = system.rows("SELECT numen_key_id, length(numen_hmac) AS n, length(birth_date_hmac) AS b FROM account")[0]
    assert (len(row["numen_key_id"]), row["n"], row["b"]) == (8, 32, 32)


def test_a_rotated_key_still_knows_everybody_and_renews_their_digests(system: System, settings_file: Path) -> None:
    take(system, HEADER + CAMILLE)
    old_key = settings(system.url).auth_hmac_key.get_secret_value()
    rotated = settings(system.url, auth_hmac_key="ab" * 32, auth_hmac_previous_keys=old_key)
    system.auth = build(rotated, institution(str(settings_file)), system.database, clock=system.clock)
    before = system.rows("SELECT numen_key_id, birth_date_key_id FROM account")
    assert take(system, HEADER + CAMILLE) == (ImportReport(unchanged=1), [])
    after = system.rows("SELECT numen_key_id, birth_date_key_id FROM account")
    assert before != after
    assert system.ticket()


def test_five_thousand_lines_take_no_more_memory_than_a_thousand(system: System) -> None:
    def lines(first: int, count: int) -> Iterator[tuple[int, dict[str, str], str]]:
        for number in range(first, first + count):
            fields = f"Nom{chr(97 + number % 26)};Prénom;01/01/1970;34E98{number:05}AAA;direction;0340042X;Gard"
            yield number, dict(zip(HEADER.strip().split(";"), fields.split(";"), strict=True)), ""

    def peak(first: int, count: int) -> int:
        tracemalloc.reset_peak()
        report = system.auth.import_agents(lines(first, count), lambda *_: None)
        assert report == ImportReport(created=count)
        return tracemalloc.get_traced_memory()[1]

    tracemalloc.start()
    try:
        short, long = peak(0, 1_000), peak(10_000, 5_000)
    finally:
        tracemalloc.stop()
    assert long < short * 1.25


def test_sequences_have_no_gap_when_imports_run_side_by_side(system: System) -> None:
    def one(part: int) -> ImportReport:
        lines = [
            f"Martin;Jean;01/01/1970;{part:02}E98{number:05}AAA;direction;0340042X;Gard\n" for number in range(700)
        ]
        return take(system, HEADER + "".join(lines))[0]

    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(one, range(4)))
    assert sum(report.created for report in reports) == 2_800
    numbers = [row["n"] for row in system.rows("SELECT (payload::jsonb->>'sequence')::int AS n FROM outbox ORDER BY 1")]
    assert numbers == list(range(1, 2_801))
    assert len({row["address"] for row in system.rows("SELECT address FROM account")}) == 2_800
