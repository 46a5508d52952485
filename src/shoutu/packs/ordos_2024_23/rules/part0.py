"""题头: from when the order is applied. It names no day of entry into force and no expiry."""

from shoutu.policy.vocabulary import ByReading, InForce, YearOf

YEAR_OF: ByReading[YearOf] = ByReading("7-year", {"campaign": "campaign", "batch": "batch"})
"""年度 of part 7: the campaign year that the batch gives, or the year of the batch's month."""

RULES = (
    InForce(
        part="6",
        window="month",
        since=ByReading("0-from", {"first-batch": "0.1-first-batch", "signed": "0.1-signed"}),
    ),
    InForce(part="7", window="year", since="0.1-first-year", year_of=YEAR_OF),
)
