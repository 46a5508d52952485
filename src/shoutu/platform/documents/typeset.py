"""A sheet as PDF/A-2b, by typst: 22 lines of 28 characters on the type area of GB/T 9704-2012.

Texts reach typst as JSON in `sys.inputs` and are set as strings; nothing is written into its source,
so `#`, `[` and `$` in a name print as they are. The same sheet, faces and timestamp give the same
bytes.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from shoutu.platform.documents.faces import Faces, find_faces
from shoutu.platform.documents.sheet import Sheet, texts

SCREEN_PPI = 110.0
TEMPLATE = Path(__file__).parent / "templates/paper.typ"
# What the template itself adds to the texts of the sheet.
_FURNITURE = "— 0123456789　附件：抄送签发人正文字体。"


def pdf(sheet: Sheet, timestamp: datetime, faces: Faces | None = None) -> bytes:
    """The paper as PDF/A-2b, dated `timestamp` (aware; a PDF counts in whole seconds).

    BadInput names the character that no installed face can draw.
    """
    second = timestamp.replace(microsecond=0)
    result = _compile(sheet, faces or find_faces(), format="pdf", pdf_standards="a-2b", timestamp=second)
    assert isinstance(result, bytes)
    return result


def pictures(sheet: Sheet, faces: Faces | None = None) -> list[bytes]:
    """Each page as PNG at screen resolution, for a look before the file is opened."""
    result = _compile(sheet, faces or find_faces(), format="png", ppi=SCREEN_PPI)
    return result if isinstance(result, list) else [result]


def _compile(sheet: Sheet, faces: Faces, **output: Any) -> Any:
    import typst

    faces.refuse_missing((*texts(sheet), _FURNITURE))
    data = asdict(sheet) | {"marks": sheet.marks}
    compiler = typst.Compiler(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=faces.fonts,
        ignore_system_fonts=True,
        sys_inputs={
            "sheet": json.dumps(data, ensure_ascii=False),
            "faces": json.dumps(_chains(faces), ensure_ascii=False),
        },
    )
    result, warnings = compiler.compile_with_warnings(**output)
    # A warning means an unknown family or a layout that never settled: our fault, not the user's.
    assert not warnings, [warning.message for warning in warnings]
    return result


def _chains(faces: Faces) -> dict[str, object]:
    return {
        "latin": faces.latin,
        "stand_in": faces.stand_in,
        "names": sorted({chain.first for chain in faces.chains.values()}),
        **{role: {"families": c.families, "weight": c.weight} for role, c in faces.chains.items()},
    }
