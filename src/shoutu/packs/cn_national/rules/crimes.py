"""Lines of quantity above which a crime is suspected (涉嫌), by class of land; a hint, never a finding."""

from shoutu.policy.vocabulary import (
    All,
    AtLeast,
    Band,
    ByReading,
    Conclude,
    Condition,
    Flag,
    Is,
    Named,
    Not,
    Sum,
)

HAND_OVER = ("hand-to-police",)


def _land(*classes: str) -> Is:
    return Is("land", classes)


def _area(name: str, where: Condition, number: str) -> Named:
    return Named(name, AtLeast(Sum("area", where), number))


def _money(name: str, field: str, number: str) -> Named:
    return Named(name, AtLeast(Sum(field), number))


def _line(clause: str, question: str, kind: Condition, *bands: Band) -> Conclude:
    """Acts of one actor that were not dealt with add up (法释〔2000〕14号 art. 9)."""
    return Conclude(
        clause=clause,
        question=question,
        table="crime_acts",
        subject="company",
        by="actor",
        where=All((kind, Not(Flag("handled")))),
        bands=bands,
        otherwise="below",
        dated="act_on",
        law="act",
    )


OCCUPY = Is("kind", ("occupy",))
FARMLAND = _line(
    "fs2000-3",
    "crime-farmland",
    All((OCCUPY, _land("basic-farmland", "other-farmland"))),
    Band(
        "suspected",
        (
            _area("basic", All((_land("basic-farmland"), Flag("destroyed"))), "crime-basic"),
            _area("farmland", All((_land("other-farmland"), Flag("destroyed"))), "crime-farmland"),
        ),
        HAND_OVER,
    ),
)
GRASSLAND = _line(
    "fs2012",
    "crime-grassland",
    All((OCCUPY, _land("grassland"))),
    Band(
        "suspected",
        (
            Named("grassland", AtLeast(Sum("area"), "crime-grassland")),
            _area("again", Flag("punished_before"), "crime-grassland-again"),
        ),
        HAND_OVER,
    ),
)
FOREST = _line(
    "fs2023",
    "crime-forest",
    All((OCCUPY, _land("public-forest", "commercial-forest"))),
    Band(
        "suspected",
        (
            _area("public", _land("public-forest"), "crime-public-forest"),
            _area("commercial", _land("commercial-forest"), "crime-commercial-forest"),
        ),
        HAND_OVER,
    ),
)


def _transfer_tests(suffix: str) -> tuple[Named, ...]:
    other = Not(_land("basic-farmland", "other-farmland"))
    return (
        _area("basic", _land("basic-farmland"), f"transfer-basic{suffix}"),
        _area("farmland", _land("other-farmland"), f"transfer-farmland{suffix}"),
        _area("other", other, f"transfer-other{suffix}"),
        _money("gain", "gain", f"transfer-gain{suffix}"),
    )


TRANSFER = _line(
    "fs2000-1",
    "crime-transfer",
    Is("kind", ("transfer",)),
    Band("suspected-grave", _transfer_tests("-grave"), HAND_OVER),
    Band("suspected", _transfer_tests(""), HAND_OVER),
)
APPROVE = _line(
    "fs2000-4",
    "crime-approval",
    Is("kind", ("approve",)),
    Band(
        "suspected",
        (
            _area("basic", _land("basic-farmland"), "approve-basic"),
            _area("farmland", _land("other-farmland"), "approve-farmland"),
            _area("other", Not(_land("basic-farmland", "other-farmland")), "approve-other"),
            _money("loss", "loss", "approve-loss"),
        ),
        ("hand-to-supervision",),
    ),
)


def _ore(name: str, where: Condition | None, number: str) -> Named:
    """The lower or the upper end of the range: the region's own figure was not seen."""
    tests = {
        "lowest": AtLeast(Sum("ore_value", where), number),
        "highest": AtLeast(Sum("ore_value", where), f"{number}-highest"),
    }
    return Named(name, ByReading("mining-line", tests))


MINING = _line(
    "fs2016",
    "crime-mining",
    Is("kind", ("mine",)),
    Band(
        "suspected-grave",
        (_ore("value", None, "mining-grave"), _ore("guarded", Flag("guarded"), "mining-guarded-grave")),
        HAND_OVER,
    ),
    Band(
        "suspected",
        (
            _ore("value", None, "mining"),
            _ore("guarded", Flag("guarded"), "mining-guarded"),
            Named("again", AtLeast(Sum("penalties"), "mining-again")),
        ),
        HAND_OVER,
    ),
)
DESTRUCTIVE = _line(
    "fs2016",
    "crime-destructive",
    Is("kind", ("mine-destructive",)),
    Band("suspected", (_ore("spoilt", None, "mining-destructive"),), HAND_OVER),
)

RULES = (FARMLAND, GRASSLAND, FOREST, TRANSFER, APPROVE, MINING, DESTRUCTIVE)
