"""Clues: stop at once, the five conditions of filing, and how long an act may be penalised."""

from shoutu.policy.vocabulary import (
    All,
    Band,
    ByReading,
    Conclude,
    Condition,
    Effect,
    Either,
    Flag,
    Named,
    Not,
    RunOut,
)

STOP = Conclude(
    clause="tdgl-68",
    question="stop-order",
    table="clues",
    subject="case",
    bands=(
        Band(
            "stop-now",
            (Named("going-on", All((Flag("in_progress"), Not(Flag("stop_ordered"))))),),
            ("stop-order",),
        ),
    ),
    otherwise="no-stop",
)
FILING = Conclude(
    clause="gc-filing",
    question="filing-conditions",
    table="clues",
    subject="case",
    bands=(
        Band(
            "not-to-file",
            (
                Named("no-actor", Not(Flag("known_actor"))),
                Named("no-facts", Not(Flag("facts_found"))),
                Named("no-liability", Not(Flag("liable"))),
                Named("no-jurisdiction", Not(Flag("own_jurisdiction"))),
                Named("out-of-time", Not(Flag("in_time"))),
            ),
        ),
    ),
    otherwise="to-file",
)

GOES_ON: ByReading[Condition] = ByReading(
    "occupation",
    {
        "continues": Either((Flag("continuing"), Flag("occupation_stands"))),
        "ends-with-building": Flag("continuing"),
    },
)
LIMITATION = Conclude(
    clause="xzcf-36",
    question="limitation",
    table="acts",
    subject="case",
    bands=(
        Band(
            "time-barred",
            (
                Named(
                    "two-years",
                    All(
                        (
                            Not(GOES_ON),
                            Not(Flag("grave")),
                            RunOut("ended_on", "limitation", by="found_on", beyond=True),
                        )
                    ),
                ),
                Named(
                    "five-years",
                    All(
                        (
                            Not(GOES_ON),
                            Flag("grave"),
                            RunOut("ended_on", "limitation-grave", by="found_on", beyond=True),
                        )
                    ),
                ),
            ),
        ),
    ),
    otherwise="in-time",
)

RULES = (STOP, FILING, LIMITATION, Effect("stop-order", "tdgl-68", "warn", touches="actor"))
