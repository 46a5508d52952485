"""Moving a patch from state to state, inside the acts of enforcement."""

from __future__ import annotations

from datetime import date

from shoutu.errors import Refused, Text
from shoutu.platform.discovery.models import Patch


def move(
    identifier: str, *, old: str, new: str, version: int | None = None, due_on: date | None = None
) -> None:
    """The patch goes from `old` to `new`; Refused when somebody was first.

    version  what the form showed; None where the state alone is compared
    due_on   the day by which the next step is owed; None leaves it
    """
    wanted = Patch.objects.filter(id=identifier, state=old)
    if version is not None:
        wanted = wanted.filter(version=version)
    found = wanted.values_list("version", flat=True).first()
    changes = {"state": new} if due_on is None else {"state": new, "due_on": due_on}
    if found is None or wanted.filter(version=found).update(version=found + 1, **changes) != 1:
        raise Refused(
            Text("有人先办理了这个图斑。", "Somebody was first with this patch."),
            found=Patch.objects.filter(id=identifier).values_list("state", flat=True).first(),
            remedy=Text("请刷新页面，看清最新情况后再办。", "Reload the page and look again."),
        )
