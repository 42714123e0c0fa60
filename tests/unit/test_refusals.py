"""What `make run` cannot work with is told in one line that says what to do."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from deploy.local import broker, cluster
from deploy.local.failure import Failure
from deploy.local.hold import held, holder
from deploy.local.system import check_space


def one_line(failing: Callable[[], object]) -> str:
    with pytest.raises(Failure) as caught:
        failing()
    said = str(caught.value)
    assert "\n" not in said
    return said


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: SimpleNamespace(free=300 * 1024**2))
    assert "300 Mo" in one_line(lambda: check_space(tmp_path / "not" / "made" / "yet"))


@pytest.mark.parametrize(("release", "said"), [("3.8.9", "trop ancien"), (None, "introuvable")])
def test_rabbitmq(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, release: str | None, said: str) -> None:
    monkeypatch.setattr(broker, "RELEASES", tmp_path)
    if release:
        (tmp_path / f"rabbitmq_server-{release}").mkdir()
    assert said in one_line(broker.check_version)


def test_a_later_rabbitmq_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker, "RELEASES", tmp_path)
    (tmp_path / "rabbitmq_server-4.0.5").mkdir()
    broker.check_version()


@pytest.mark.parametrize(("version", "said"), [("13", "trop ancien"), (None, "introuvable")])
def test_postgresql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str | None, said: str) -> None:
    monkeypatch.setattr(cluster, "INSTALLATIONS", tmp_path)
    if version:
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / "initdb").touch()
    assert said in one_line(cluster.check_version)


def test_data_of_another_postgresql_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("12\n")
    given = cluster.Cluster(tmp_path, tmp_path, 1, "", None)
    assert "PostgreSQL 12" in one_line(given.initialise)
    assert (tmp_path / "PG_VERSION").read_text() == "12\n"


def test_a_broker_that_does_not_answer_and_no_password(tmp_path: Path) -> None:
    url = "amqp://webmail:secret@127.0.0.1:1/webmail"
    said = one_line(lambda: broker.wait(url, "vérifiez AMQP_URL", seconds=0))
    assert said.endswith("vérifiez AMQP_URL.")
    assert "secret" not in said


def test_a_database_that_does_not_answer_and_no_password() -> None:
    said = one_line(lambda: cluster.wait("postgresql://mail:secret@127.0.0.1:1/mail", "vérifiez", seconds=0))
    assert said.endswith("vérifiez.")
    assert "secret" not in said


def test_a_second_run_in_the_same_folder(tmp_path: Path) -> None:
    file = tmp_path / "run.pid"
    with held(file):
        assert "make stop" in one_line(lambda: held(file).__enter__())
        assert holder(file)
    assert holder(file) is None
