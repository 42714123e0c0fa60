"""The displayed code: what it is made of, how it is drawn and spoken, and what its token withstands."""

import io
import struct
import wave
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from contracts.auth import SolvedChallenge
from contracts.base import MAX_MESSAGE_BYTES
from contracts.errors import ErrorCode, ServiceError
from contracts.recovery import ChallengeRequest, ChallengeToken, Picture, Sound
from services.auth.adapters import spoken_codes
from services.auth.adapters.captcha_images import HEIGHT, WIDTH, CaptchaImages
from services.auth.adapters.spoken_codes import RATE, SpokenCodes
from services.auth.domain.challenge import CODE_LENGTH, DIGITS, LIFE, is_worked, new_challenge, read_challenge, work
from services.auth.domain.digests import KeyRing
from services.auth.tests.system import KEY, System

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
KEYS = KeyRing((bytes.fromhex(KEY),))
OTHER_KEYS = KeyRing((b"x" * 32,))
ROOM_IN_A_MESSAGE = MAX_MESSAGE_BYTES * 3 // 4


def test_a_token_tells_its_challenge_and_nothing_of_its_code() -> None:
    made = new_challenge(KEYS, 14, NOW)
    assert read_challenge(KEYS, made.token, NOW) == made
    assert len(made.code) == CODE_LENGTH
    assert set(made.code) <= set(DIGITS)
    assert read_challenge(OTHER_KEYS, made.token, NOW) is None
    assert len({new_challenge(KEYS, 14, NOW).code for _ in range(50)}) > 45


def test_it_lives_for_ten_minutes() -> None:
    made = new_challenge(KEYS, 14, NOW)
    assert read_challenge(KEYS, made.token, NOW + LIFE - timedelta(seconds=1)) == made
    assert read_challenge(KEYS, made.token, NOW + LIFE) is None


@given(st.integers(0, 43), st.sampled_from("ABCxyz019-_=+/ é\n"))
def test_no_character_of_a_token_can_be_changed(place: int, character: str) -> None:
    token = new_challenge(KEYS, 14, NOW).token
    changed = token[:place] + character + token[place + 1 :]
    assert changed == token or read_challenge(KEYS, changed, NOW) is None


@given(st.text(max_size=100))
def test_anything_else_is_no_token(text: str) -> None:
    assert read_challenge(KEYS, text, NOW) is None


@given(st.text(max_size=100), st.text(max_size=100))
def test_a_guess_is_not_a_solution(typed: str, nonce: str) -> None:
    made = new_challenge(KEYS, 4, NOW)
    if made.is_solved_by(SolvedChallenge(token=made.token, typed=typed, nonce=nonce), 4):
        assert "".join(typed.split()).replace("1", "7") == made.code
        assert is_worked(made.token, nonce, 4)


def test_the_code_may_be_typed_in_groups_and_a_seven_read_as_a_one() -> None:
    made = new_challenge(KEYS, 4, NOW)
    typed = f" {made.code[:3]} {made.code[3:]} ".replace("7", "1")
    assert made.is_solved_by(SolvedChallenge(token=made.token, typed=typed, nonce=work(made.token, 4)), 4)


@pytest.mark.parametrize(("told", "needed"), [(8, 4), (4, 8)])
def test_the_greater_difficulty_counts(told: int, needed: int) -> None:
    made = new_challenge(KEYS, told, NOW)
    enough = work(made.token, 8)
    assert made.is_solved_by(SolvedChallenge(token=made.token, typed=made.code, nonce=enough), needed)
    number = 0
    while not is_worked(made.token, str(number), 4) or is_worked(made.token, str(number), 8):
        number += 1
    assert not made.is_solved_by(SolvedChallenge(token=made.token, typed=made.code, nonce=str(number)), needed)


def test_a_picture_is_a_png_with_ink_that_contrasts() -> None:
    content = CaptchaImages()("234789")
    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.format, picture.size) == ("PNG", (WIDTH, HEIGHT))
        grey = picture.convert("L").histogram()
    assert len(content) < ROOM_IN_A_MESSAGE // 4
    inked = sum(grey[:100])
    assert inked > WIDTH * HEIGHT // 20
    assert sum(grey[200:]) > WIDTH * HEIGHT // 2


def test_a_sound_is_slow_speech_that_fits_into_a_message() -> None:
    content = SpokenCodes()("234789", "one")
    assert content == SpokenCodes()("234789", "one") != SpokenCodes()("234789", "another")
    assert len(content) < ROOM_IN_A_MESSAGE // 1.5
    with wave.open(io.BytesIO(content)) as recording:
        assert (recording.getnchannels(), recording.getsampwidth(), recording.getframerate()) == (1, 1, RATE)
        samples = recording.readframes(recording.getnframes())
    assert 5 <= len(samples) / RATE <= 12
    assert max(samples) - min(samples) > 100
    assert pauses(samples) >= CODE_LENGTH


def pauses(samples: bytes) -> int:
    """How many times it is silent for 0.3 s or more, the end left out."""
    window = RATE // 20
    loud = [max(abs(sample - 128) for sample in samples[at : at + window]) > 6 for at in range(0, len(samples), window)]
    text = "".join("x" if here else "." for here in loud).strip(".")
    return sum(1 for silence in text.replace("x", " ").split() if len(silence) >= 6)


def test_the_speaking_program_is_not_waited_for_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spoken_codes, "_SPEAK_SECONDS", 0.0)
    with pytest.raises(ServiceError) as raised:
        SpokenCodes()("234789", "one")
    assert raised.value.code == ErrorCode.UNAVAILABLE


def test_a_challenge_is_handed_out_drawn_and_spoken(system: System) -> None:
    challenge = system.auth.new_challenge(ChallengeRequest())
    assert challenge.expires_at == (system.clock.now + LIFE).timestamp()
    picture = system.auth.show_challenge.drawn(ChallengeToken(token=challenge.token))
    sound = system.auth.show_challenge.spoken(ChallengeToken(token=challenge.token))
    assert Picture.model_validate_json(picture.model_dump_json()).content == picture.content
    assert picture.content.startswith(b"\x89PNG")
    assert len(sound.model_dump_json()) < MAX_MESSAGE_BYTES * 3 // 4
    assert struct.unpack("<4sI4s", Sound.model_validate_json(sound.model_dump_json()).content[:12])[2] == b"WAVE"


@pytest.mark.parametrize("token", ["", "x" * 44, "é"])
def test_what_is_no_token_shows_nothing(system: System, token: str) -> None:
    for show in (system.auth.show_challenge.drawn, system.auth.show_challenge.spoken):
        with pytest.raises(ServiceError) as raised:
            show(ChallengeToken(token=token))
        assert raised.value.code == ErrorCode.NOT_FOUND
