"""Strict JSON: numbers kept as they were written, no key twice, every place named by its pointer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NoReturn

from shoutu.errors import BadInput, Text, Where


class NumberToken(str):
    """A JSON number, character for character."""

    __slots__ = ()


class _DuplicateKey(ValueError):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class _NotFinite(ValueError):
    def __init__(self, token: str) -> None:
        super().__init__(token)
        self.token = token


def _no_constant(token: str) -> NoReturn:
    raise _NotFinite(token)


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    out: dict[str, object] = {}
    for key, value in pairs:
        if key in out:
            raise _DuplicateKey(key)
        out[key] = value
    return out


def parse(data: bytes, name: str) -> object:
    """The document in `data` (UTF-8, a leading BOM allowed); numbers come as NumberToken.

    Raises BadInput on anything else: other encodings, broken JSON, a key twice in one object,
    NaN and Infinity, lone surrogates, nesting too deep to read.
    """
    where = Where(file=name)
    if not data.strip():
        raise BadInput(
            Text("文件是空的", "the file is empty"),
            where=where,
            remedy=Text("给出一份 JSON 文档", "give a JSON document"),
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            Text("文件不是 UTF-8 编码", "the file is not UTF-8"),
            where=where,
            found=f"byte {error.start}: 0x{data[error.start]:02x}",
            remedy=Text("另存为 UTF-8", "save it as UTF-8"),
        ) from error
    try:
        document: object = json.loads(
            text,
            parse_float=NumberToken,
            parse_int=NumberToken,
            parse_constant=_no_constant,
            object_pairs_hook=_pairs,
        )
    except _DuplicateKey as error:
        raise BadInput(
            Text("同一对象里键重复", "a key stands twice in one object"), where=where, found=error.key
        ) from error
    except _NotFinite as error:
        raise BadInput(Text("不是有限的数", "not a finite number"), where=where, found=error.token) from error
    except json.JSONDecodeError as error:
        raise BadInput(
            Text(f"不是有效的 JSON：{error.msg}", f"not valid JSON: {error.msg}"),
            where=Where(file=name, row=error.lineno),
            found=f"line {error.lineno}, column {error.colno}",
        ) from error
    except RecursionError as error:
        raise BadInput(Text("嵌套过深", "nested too deeply"), where=where) from error
    _no_lone_surrogates(text, document, name)
    return document


def _no_lone_surrogates(text: str, document: object, name: str) -> None:
    """A lone surrogate comes only from an escape, and cannot be written out again as UTF-8."""
    if "\\u" not in text:
        return
    try:
        json.dumps(document, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadInput(
            Text("字符串里有残缺的代理对", "a string holds a lone surrogate"), where=Where(file=name)
        ) from error


def read(path: Path) -> object:
    """The document in a file; BadInput when it cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(
            Text("文件读不出来", "the file cannot be read"),
            where=Where(file=str(path)),
            found=error.strerror,
            remedy=Text("检查路径和权限", "check the path and the permissions"),
        ) from error
    return parse(data, str(path))


def escape(key: str) -> str:
    """One segment of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")
