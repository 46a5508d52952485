"""The plain terms: a step that began on a day, and the day on which it was done."""

from shoutu.policy.vocabulary import Band, Clock, Conclude, Flag, Is, Named, RunOut

TERMS = (
    ("clue-check", "gc-clue", "clue-check", True),
    ("filing", "xzcf-54", "filing", True),
    ("evidence", "xzcf-56", "evidence", True),
    ("seizure-report", "xzqz-19", "seizure-report", False),
    ("statement", "cfbf-33", "statement", True),
    ("hearing-ask", "xzcf-64-1", "hearing-ask", True),
    ("service", "xzcf-61", "service", True),
    ("withdraw", "xzcf-48", "withdraw", True),
    ("pay", "xzcf-67", "pay", True),
    ("suit-after-review", "xzss-45", "suit-after-review", True),
    ("court-accept", "xzqz-56", "court-accept", True),
    ("court-rule", "xzqz-57", "court-rule", True),
    ("court-rule-heard", "xzqz-58", "court-rule-heard", True),
    ("handover", "tdsstl-58", "handover", True),
    ("crime-head", "ysgd-5", "crime-head", False),
    ("crime-hand", "ysgd-5", "crime-hand", False),
    ("police-examine", "ysgd-8", "police-examine", False),
    ("refusal-review", "ysgd-9", "refusal-review", False),
    ("refusal-answer", "ysgd-9", "refusal-answer", False),
    ("objects", "ysgd-12", "objects", False),
    ("reclaim-accept", "tdfk-28", "reclaim-accept", True),
    ("emergency", "tdsstl-21", "emergency", True),
    ("idle-answer", "xztd-procedure", "idle-answer", True),
    ("idle-finding", "xztd-procedure", "idle-finding", True),
    ("idle-pay", "xztd-procedure", "idle-pay", True),
    ("idle-register", "xztd-procedure", "idle-register", True),
)
"""Step, clause, number, and whether a last day without work moves on. What a transfer of a suspected crime
asks for is not put off by a holiday."""

SEIZURE = Clock(
    clause="xzqz-25",
    question="seizure",
    table="steps",
    subject="case",
    since=("began_on",),
    terms=("seizure",),
    done="done_on",
    more="more_days",
    most="seizure-more",
    more_if=Flag("more_approved"),
    where=Is("kind", ("seizure",)),
)
NOTICE = Conclude(
    clause="msf-95",
    question="public-notice",
    table="steps",
    subject="case",
    where=Is("kind", ("public-notice",)),
    bands=(Band("taken-as-served", (Named("thirty-days", RunOut("began_on", "public-notice")),)),),
    otherwise="not-yet-served",
)
WATCH = Conclude(
    clause="tdfk-31",
    question="reclaim-watch",
    table="steps",
    subject="parcel",
    where=Is("kind", ("reclaim-watch",)),
    bands=(Band("watch-over", (Named("five-years", RunOut("began_on", "reclaim-watch", beyond=True)),)),),
    otherwise="watched",
)

RULES = (
    *(
        Clock(
            clause=clause,
            question=step,
            table="steps",
            subject="case",
            since=("began_on",),
            terms=(number,),
            roll=roll,
            done="done_on",
            where=Is("kind", (step,)),
        )
        for step, clause, number, roll in TERMS
    ),
    SEIZURE,
    NOTICE,
    WATCH,
)
