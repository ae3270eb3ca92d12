"""Names of things as text, made of random words: hexadecimal keys and UUIDs, millions at a time."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lending.world.draws import RowDraws, Words

_DIGITS = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
_UUID_PLACES = np.array([i for i in range(36) if i not in (8, 13, 18, 23)])
_VERSION, _VARIANT = 14, 19


def hex_keys(draws: RowDraws, name: str) -> pa.StringArray:
    """One key of 32 hexadecimal digits per row."""
    return _text(_hexadecimal(draws.words(f"{name}|0"), draws.words(f"{name}|1")))


def uuids(draws: RowDraws, name: str) -> pa.StringArray:
    """One UUID of version 4 per row, in small letters."""
    digits = _hexadecimal(draws.words(f"{name}|0"), draws.words(f"{name}|1"))
    text = np.full((len(digits), 36), ord("-"), dtype=np.uint8)
    text[:, _UUID_PLACES] = digits
    text[:, _VERSION] = ord("4")
    text[:, _VARIANT] = _DIGITS[8 + (draws.words(f"{name}|variant") & np.uint64(3)).astype(np.int64)]
    return _text(text)


def _hexadecimal(high: Words, low: Words) -> NDArray[np.uint8]:
    raw = np.stack([high, low], axis=1).astype(">u8").view(np.uint8).reshape(len(high), 16)
    digits = np.empty((len(high), 32), dtype=np.uint8)
    digits[:, 0::2] = _DIGITS[raw >> 4]
    digits[:, 1::2] = _DIGITS[raw & 15]
    return digits


def _text(letters: NDArray[np.uint8]) -> pa.StringArray:
    rows, width = letters.shape
    offsets = np.arange(0, (rows + 1) * width, width, dtype=np.int32)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(letters)))
