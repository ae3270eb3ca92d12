"""Whether a file can be Parquet at all, told by its first and last bytes, in words that say what to do. Opens no engine."""

from pathlib import Path

_MAGIC = b"PAR1"
_ENCRYPTED = b"PARE"
_SMALLEST = 12  # magic, length of the description, magic

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "a gzip archive"),
    (b"PK\x03\x04", "a zip archive or an Excel workbook"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"BZh", "a bzip2 archive"),
    (b"ORC", "an ORC file"),
    (b"Obj\x01", "an Avro file"),
    (b"%PDF", "a PDF"),
    (_MAGIC, "a Parquet file"),
)


def kind_by_signature(head: bytes) -> str | None:
    """What a file is that begins with these bytes, in words; None for text and everything unknown."""
    return next((kind for signature, kind in _SIGNATURES if head.startswith(signature)), None)


def why_not_parquet(path: Path) -> str | None:
    """None when the file may be Parquet; otherwise what was tried, what was found and what to do."""
    tried = f"Tried to read {path.name} as Parquet"
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
            file.seek(max(0, size - len(_MAGIC)))
            tail = file.read()
    except OSError as error:
        return f"{tried}, but it could not be opened ({error.strerror}). Look at the file's permissions and place."
    if size == 0:
        return f"{tried}, but it has no bytes at all. Deliver it again."
    if _ENCRYPTED in (head, tail):
        return f"{tried}, but it is encrypted. Deliver it without Parquet encryption."
    if head != _MAGIC:
        kind = kind_by_signature(head) or "no Parquet file"
        return f"{tried}, but it is {kind}. Deliver Parquet, or CSV and JSON lines under names that end in .csv and .jsonl."
    if tail != _MAGIC or size < _SMALLEST:
        return f"{tried}, but its end is missing after {size:,} bytes: it was cut off. Deliver it again, whole."
    return None
