"""A field's values as classes: the text of each, and a code for each feature."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from shoutu.geometry.prepared import Owners


def encode_classes(column: pa.ChunkedArray | pa.Array) -> tuple[Owners, list[str]]:
    """Codes (n,) int32 and the distinct texts that they index, by code point.

    The text is that of contract 2 (`layers.read.as_texts`), made once for each distinct value.
    """
    from shoutu.layers.read import as_texts

    found: dict[str, int] = {}
    parts = [np.zeros(0, np.int32)]
    for chunk in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
        coded = chunk.dictionary_encode()
        table = [found.setdefault(text, len(found)) for text in as_texts(coded.dictionary)]
        values = coded.indices.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
        codes = np.array(table or [0], np.int32)[values]
        null = coded.indices.is_null().to_numpy(zero_copy_only=False)
        if null.any():
            codes[null] = found.setdefault("", len(found))
        parts.append(codes)
    names = sorted(found)
    place = {name: code for code, name in enumerate(names)}
    order = np.array([place[name] for name in found] or [0], np.int32)
    return order[np.concatenate(parts)], names
