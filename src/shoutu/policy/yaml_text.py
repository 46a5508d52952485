"""YAML in which every scalar is text and every value knows its line.

`3.20` stays `3.20` and `no` stays `no`: the figures of a law are read as they are written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from shoutu.errors import BadInput, Text, Where

_DEEPEST = 100
_OPENING = (
    yaml.FlowSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.BlockMappingStartToken,
)
_CLOSING = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken, yaml.BlockEndToken)
_TEXT_TAGS = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


@dataclass(frozen=True)
class Entry:
    """A value of a YAML file: text, a list or a mapping of entries, and where it stands."""

    value: str | tuple[Entry, ...] | dict[str, Entry]
    file: str
    line: int

    def fault(self, what: Text, remedy: Text | None = None, found: object = None) -> BadInput:
        if found is None and isinstance(self.value, str):
            found = self.value
        return BadInput(what, where=Where(file=self.file, row=self.line), found=found, remedy=remedy)

    @property
    def text(self) -> str:
        if not isinstance(self.value, str):
            raise self.fault(Text("应当是文字", "text is needed here"))
        return self.value

    @property
    def items(self) -> tuple[Entry, ...]:
        if not isinstance(self.value, tuple):
            raise self.fault(Text("应当是列表", "a list is needed here"))
        return self.value

    @property
    def pairs(self) -> dict[str, Entry]:
        if not isinstance(self.value, dict):
            raise self.fault(Text("应当是键值表", "a mapping is needed here"))
        return self.value

    def keys(self, needed: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict[str, Entry]:
        """The pairs, all of `needed` and none beyond `optional`; BadInput names the line."""
        pairs = self.pairs
        for key in needed:
            if key not in pairs:
                raise self.fault(Text(f"缺少 {key}", f"{key} is missing"))
        for key, entry in pairs.items():
            if key not in needed + optional:
                raise entry.fault(Text(f"不认识的键 {key}", f"unknown key {key}"))
        return pairs

    def optional(self, key: str) -> str | None:
        entry = self.pairs.get(key)
        return None if entry is None else entry.text


def read(path: Path) -> Entry:
    """The one document of a YAML file, all scalars text. BadInput names file and line."""
    file = str(path)
    try:
        text = path.read_text(encoding="utf-8")
        _refuse_references(text, file)
        node = yaml.compose(text, Loader=yaml.BaseLoader)
    except OSError as error:
        raise BadInput(
            Text("规则包缺少文件", "a file of the pack is missing"), where=Where(file=file)
        ) from error
    except UnicodeDecodeError as error:
        raise BadInput(
            Text("文件不是 UTF-8 编码", "the file is not UTF-8"), where=Where(file=file)
        ) from error
    except yaml.reader.ReaderError as error:
        row = text.count("\n", 0, error.position) + 1
        raise BadInput(
            Text("有不该有的控制字符", "a control character stands here"),
            where=Where(file=file, row=row),
            found=f"U+{int(error.character):04X}",
        ) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise BadInput(
            Text("不是有效的 YAML", "not valid YAML"), where=Where(file=file, row=line), found=error.problem
        ) from error
    if node is None:
        raise BadInput(Text("文件是空的", "the file is empty"), where=Where(file=file))
    return _entry(node, file)


def _refuse_references(text: str, file: str) -> None:
    """Anchors and aliases: what stands in a law stands where it is read, and nothing can hold itself.

    Deep nesting too, for which the scanner's time grows with its square.
    """
    depth = 0
    for token in yaml.scan(text, Loader=yaml.BaseLoader):
        line = token.start_mark.line + 1
        if isinstance(token, yaml.AnchorToken | yaml.AliasToken):
            raise Entry("", file, line).fault(
                Text("不要用锚点和引用", "write no anchors and aliases"), found=f"{token.value}"
            )
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        if depth > _DEEPEST:
            raise Entry("", file, line).fault(Text("嵌套过深", "nested too deeply"), found=f"> {_DEEPEST}")


def both(entry: Entry) -> Text:
    """A text in the two languages: {zh: …, en: …}."""
    pairs = entry.keys(("zh", "en"))
    return Text(pairs["zh"].text, pairs["en"].text)


def plain(entry: Entry) -> object:
    """The entry as plain Python values, all scalars text."""
    if isinstance(entry.value, dict):
        return {key: plain(value) for key, value in entry.value.items()}
    if isinstance(entry.value, tuple):
        return [plain(value) for value in entry.value]
    return entry.value


def _entry(node: yaml.Node, file: str) -> Entry:
    line = node.start_mark.line + 1
    if node.tag not in _TEXT_TAGS:
        raise Entry("", file, line).fault(Text("不要写类型标记", "write no type tag"), found=node.tag)
    if isinstance(node, yaml.ScalarNode):
        return Entry(str(node.value), file, line)
    if isinstance(node, yaml.SequenceNode):
        return Entry(tuple(_entry(child, file) for child in node.value), file, line)
    assert isinstance(node, yaml.MappingNode)
    return Entry(dict(_unique(node, file)), file, line)


def _unique(node: yaml.MappingNode, file: str) -> Iterator[tuple[str, Entry]]:
    seen: set[str] = set()
    for key_node, value_node in node.value:
        key = _entry(key_node, file)
        if key.text in seen:
            raise key.fault(Text("键重复", "this key stands twice"))
        seen.add(key.text)
        yield key.text, _entry(value_node, file)
