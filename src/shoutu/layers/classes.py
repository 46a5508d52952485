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

    chunked = column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])
    whole = chunked.combine_chunks()
    coded = (whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole).dictionary_encode()
    texts = as_texts(coded.dictionary)
    null = coded.indices.is_null().to_numpy(zero_copy_only=False)
    values = coded.indices.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    names = sorted({*texts, ""} if null.any() else set(texts))
    place = {name: code for code, name in enumerate(names)}
    table = np.array([place[text] for text in texts] or [0], np.int32)
    codes = table[values]
    if null.any():
        codes[null] = place[""]
    return codes.astype(np.int32), names
