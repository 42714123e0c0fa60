"""The letters that bring codes: what they say, and the files that they go into."""

import argparse
import re
import stat
from datetime import datetime
from pathlib import Path

import pytest
from fpdf import FPDF

from chassis.settings import HelpContact, Institution, institution
from contracts.auth import Agent
from services.auth.adapters.letters_pdf import LetterPrinter
from services.auth.application import never_activated
from services.auth.cli import activation
from services.auth.domain.letter_text import Letter, LetterWording
from services.auth.tests.system import NUMEN, System

FONTS = Path("/usr/share/fonts/truetype/dejavu")
ADDRESS = "camille.brindacier@ac-montpellier.example"
INSTITUTION = Institution(name="Académie d’Ailleurs", domain="ailleurs.example")


def letter(given_name: str = "Camille", family_name: str = "Brindacier", uai: str = "0349001X") -> Letter:
    agent = Agent(
        account_id="a1",
        address=ADDRESS,
        given_name=given_name,
        family_name=family_name,
        category="direction",
        uai=uai,
        departement="Hérault",
    )
    wording = LetterWording(INSTITUTION.name, "https://messagerie.example", {"0349001X": "Collège Jules-Fictif"})
    closes_at, now = datetime(2026, 12, 1, 9, 5), datetime(2026, 11, 26, 9, 0)  # noqa: DTZ001 - as a clock shows it
    return wording.of(agent, "cbrindac", "K7M2-P9HX-4TWD", closes_at, now)


def test_a_letter_says_to_whom_what_until_when_and_how() -> None:
    said = letter()
    assert said.recipient == ("Camille Brindacier", "Collège Jules-Fictif", "UAI 0349001X")
    assert said.written == "Le 26 novembre 2026"
    assert said.address == ADDRESS
    assert said.code == "K7M2-P9HX-4TWD"
    assert said.until == "À utiliser avant le 1er décembre 2026 à 9\u00a0h\u00a005"
    assert said.steps[0] == "Ouvrez messagerie.example"
    assert "cbrindac" in said.steps[1]
    assert letter(uai="0340042X").recipient == ("Camille Brindacier", "UAI 0340042X")


def printed(tmp_path: Path, *letters: Letter, contacts: tuple[HelpContact, ...] = ()) -> bytes:
    path = tmp_path / "lettres.pdf"
    LetterPrinter(INSTITUTION, contacts, FONTS).print(letters, path)
    return path.read_bytes()


def test_each_letter_is_a_page_of_a_file_that_is_its_owners(tmp_path: Path, settings_file: Path) -> None:
    contacts = tuple(institution(str(settings_file)).help)
    assert pages(printed(tmp_path, *[letter()] * 3, contacts=contacts)) == 3
    assert stat.S_IMODE((tmp_path / "lettres.pdf").stat().st_mode) == 0o600


def test_no_earlier_file_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "lettres.pdf").write_bytes(b"earlier")
    with pytest.raises(FileExistsError):
        printed(tmp_path, letter())
    assert (tmp_path / "lettres.pdf").read_bytes() == b"earlier"


def test_the_longest_names_and_many_contacts_run_on_and_lose_nothing(tmp_path: Path) -> None:
    contact = HelpContact(status="S" * 300, label="L" * 600, phone="04 65 71 10 10")
    contacts = (contact,) * 9
    content = printed(tmp_path, letter("Ã" * 200, "É-" * 100), letter(), contacts=contacts)
    assert pages(content) >= 2


def test_a_missing_font_is_told_before_any_code_is_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        LetterPrinter(INSTITUTION, (), tmp_path)


class TestCommands:
    """On the command line."""

    @pytest.fixture(autouse=True)
    def environment(self, system: System, settings_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        given = {
            "AUTH_DATABASE_URL": system.url,
            "AUTH_HMAC_KEY": "0f" * 32,
            "WEBMAIL_SETTINGS": str(settings_file),
            "PUBLIC_URL": "https://messagerie.example",
        }
        for name, value in given.items():
            monkeypatch.setenv(name, value)

    def run(self, system: System, *words: str) -> None:
        parser = argparse.ArgumentParser()
        activation.register(parser.add_subparsers(required=True))
        parsed = parser.parse_args([*words, "--operator", "M. Delorme"])
        parsed.command(system.auth, parsed)

    def test_letters_go_into_a_file_for_each_batch(
        self,
        system: System,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setattr(never_activated, "PAGE", 2)
        for number in range(3):
            system.import_line(numen=f"10E981234{number}ABC", categorie="direction")
        system.import_line(numen="10E9812349ABC")
        self.run(system, "letters", "--all", "--folder", str(tmp_path))
        files = sorted(tmp_path.iterdir())
        assert [pages(file.read_bytes()) for file in files] == [2, 1]
        assert capsys.readouterr().out.splitlines()[-1] == "3 lettres"

    def test_letters_hold_neither_numen_nor_birth_date(
        self, system: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        said: list[str] = []
        multi_cell = FPDF.multi_cell

        def heard(self: FPDF, w: float, h: float, text: str, **more: object) -> object:
            said.append(text)
            return multi_cell(self, w, h, text, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(FPDF, "multi_cell", heard)
        system.import_line(categorie="direction")
        self.run(system, "letters", "--address", "camille.brindacier", "--folder", str(tmp_path))
        assert ADDRESS in said
        assert not re.search(rf"{NUMEN}|1984|05/03", " ".join(said), re.IGNORECASE)

    def test_a_code_and_a_call_back_are_printed_to_be_read_out(
        self, system: System, capsys: pytest.CaptureFixture[str]
    ) -> None:
        system.import_line(categorie="direction")
        self.run(system, "code", "--address", ADDRESS)
        first = capsys.readouterr().out.splitlines()[0]
        assert system.activate(system.ticket(), code=first)
        self.run(system, "call-back", "--address", ADDRESS, "--days", "3")
        second = capsys.readouterr().out.splitlines()[0]
        system.clock.advance(hours=24)
        assert system.activate(system.ticket(), "guirlande orange 17", second)

    def test_opening_says_how_many(self, system: System, capsys: pytest.CaptureFixture[str]) -> None:
        system.import_line()
        self.run(system, "open", "--category", "Enseignant 2nd Degré", "--days", "5")
        assert capsys.readouterr().out == "1 activation ouverte\n"
        self.run(system, "open", "--uai", "0340099z")
        assert capsys.readouterr().out == "0 activation ouverte\n"

    @pytest.mark.parametrize(
        "words",
        [
            ("open", "--address", "personne.inconnue"),
            ("open", "--address", "x@ailleurs.example"),
            ("open", "--category", "astronaute"),
            ("open",),
            ("open", "--all", "--uai", "0340042X"),
            ("open", "--all", "--days", "0"),
            ("open", "--all", "--operator", "delorme@ac.example"),
            ("letters", "--all", "--folder", "/nowhere"),
            ("code", "--address", ADDRESS),
            ("call-back", "--address", ADDRESS),
        ],
    )
    def test_what_cannot_be_is_refused(self, system: System, words: tuple[str, ...]) -> None:
        system.import_line()
        before = system.rows("SELECT * FROM activation")
        parser = argparse.ArgumentParser()
        activation.register(parser.add_subparsers(required=True))
        with pytest.raises(SystemExit):
            parsed = parser.parse_args([words[0], "--operator", "M. Delorme", *words[1:]])
            parsed.command(system.auth, parsed)
        assert system.rows("SELECT * FROM activation") == before


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))
