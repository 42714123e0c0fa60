"""Speaks a code in French, slowly, by espeak-ng: a WAV of 8 bits, small enough for the bus."""

import array
import io
import operator
import subprocess
import wave
from random import Random

from contracts.errors import ErrorCode, ServiceError
from services.auth.adapters.bounded import Bounded
from services.auth.application.ports import Run, in_place

PROGRAM = "espeak-ng"
RATE = 11_025
MAX_SECONDS = 13
_LOUDNESS = 55
_UNSIGNED = bytes((byte + 128) % 256 for byte in range(256))
_SPEAK_SECONDS = 4.0
_VOICES = ("fr", "fr+f2", "fr+f4", "fr+m3")
_PAUSE = ' <break time="{} ms"/> '
_AT_ONCE = 2
_WAITING = 20
_WAIT_SECONDS = 5.0


class SpokenCodes:
    """espeak-ng is a process of its own, waited for cooperatively; `run` executes what is computed here off the loop.
    Voice, pitch, speed and pauses vary with the manner, so that no two recordings of a digit are the same."""

    def __init__(self, run: Run = in_place) -> None:
        self._bounded = Bounded("recordings", at_once=_AT_ONCE, waiting=_WAITING, wait_seconds=_WAIT_SECONDS)
        self._run = run

    def __call__(self, code: str, manner: str) -> bytes:
        return self._bounded(lambda: self._make(code, Random(manner)))  # noqa: S311 - to be repeated, not to be secret

    def _make(self, code: str, chance: Random) -> bytes:
        spoken = _speak(code, chance)
        return self._run(lambda: _smaller(spoken))


def _speak(code: str, chance: Random) -> bytes:
    """As espeak-ng says it: 16 bits, 22,050 Hz. Raises ServiceError unavailable when it does not end in time."""
    digits = "".join(_PAUSE.format(chance.randint(450, 650)) + digit for digit in code)
    voice, speed, pitch = chance.choice(_VOICES), chance.randint(100, 118), chance.randint(40, 60)
    command = [
        PROGRAM,
        "-m",
        "--stdin",
        "--stdout",
        "-v",
        voice,
        "-s",
        str(speed),
        "-p",
        str(pitch),
        "-a",
        str(_LOUDNESS),
    ]
    try:
        done = subprocess.run(  # noqa: S603  digits and numbers of ours
            command,
            input=f"<speak>Le code est :{digits}.</speak>".encode(),
            capture_output=True,
            timeout=_SPEAK_SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise ServiceError(ErrorCode.UNAVAILABLE, f"{PROGRAM} did not end in time", retryable=True) from None
    return done.stdout


def _smaller(spoken: bytes) -> bytes:
    """Half the rate and 8 bits: the upper half of the sum of two samples. espeak-ng writes before it knows the
    length, so what its header says of it is not believed. Raises OverflowError if it speaks louder than it was told."""
    with wave.open(io.BytesIO(spoken)) as recording:
        if (recording.getnchannels(), recording.getsampwidth(), recording.getframerate()) != (1, 2, 2 * RATE):
            raise ServiceError(ErrorCode.INTERNAL, f"{PROGRAM} speaks in a format that is not expected")
        samples = array.array("h", recording.readframes(2 * MAX_SECONDS * RATE))
    sums = array.array("h", map(operator.add, samples[::2], samples[1::2]))
    written = io.BytesIO()
    with wave.open(written, "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(1)
        recording.setframerate(RATE)
        recording.writeframes(sums.tobytes()[1::2].translate(_UNSIGNED))
    return written.getvalue()
