"""After the decision: reconsideration, suit, late fee, demand, the safe time to ask the court."""

from shoutu.policy.vocabulary import (
    All,
    Amount,
    Band,
    Certain,
    Clock,
    Conclude,
    Condition,
    Effect,
    Either,
    Flag,
    Named,
    Not,
    RunOut,
    SafeWindow,
)


def _of_decision(
    clause: str, question: str, *terms: str, since: str, done: str | None, where: Condition | None
) -> Clock:
    return Clock(
        clause=clause,
        question=question,
        table="decisions",
        subject="case",
        since=(since,),
        terms=terms,
        done=done,
        where=where,
    )


UNTOLD = Not(Flag("rights_told"))
REVIEW = _of_decision(
    "xzfy-20", "review", "review", since="served_on", done="review_asked_on", where=Flag("rights_told")
)
REVIEW_UNTOLD = _of_decision(
    "xzfy-20", "review-untold", "review", since="rights_known_on", done="review_asked_on", where=UNTOLD
)
REVIEW_LONGEST = _of_decision(
    "xzfy-20", "review-longest", "review-longest", since="served_on", done="review_asked_on", where=UNTOLD
)
SUIT = _of_decision(
    "xzss-46", "suit", "suit", since="served_on", done="sued_on", where=Certain(Not(Flag("demolition")))
)
SUIT_DEMOLITION = _of_decision(
    "tdgl-83", "suit", "suit-demolition", since="served_on", done="sued_on", where=Flag("demolition")
)


def _window(suit: str, where: Condition) -> SafeWindow:
    """Open when both remedies have run out; shut three months after the end of the term to sue.

    Of a demolition order that term ends first, and 行政强制法 53 might be read to reckon from the end of the
    other remedy: safe is the earlier of the two.
    """

    def end(*terms: str) -> Clock:
        return _of_decision("xzqz-53", "enforcement", *terms, since="served_on", done=None, where=None)

    return SafeWindow(
        clause="xzqz-53",
        question="enforcement",
        table="decisions",
        subject="case",
        opens=(end(suit), end("review")),
        closes=(end(suit, "apply"),),
        where=where,
    )


ENFORCE = _window("suit", All((Flag("rights_told"), Certain(Not(Flag("demolition"))))))
ENFORCE_DEMOLITION = _window("suit-demolition", All((Flag("rights_told"), Flag("demolition"))))
DEMAND = Conclude(
    clause="xzqz-54",
    question="demand",
    table="applications",
    subject="case",
    bands=(
        Band(
            "demand-short",
            (Named("ten-days", Not(RunOut("demand_served", "demand", by="applied_on", beyond=True))),),
        ),
    ),
    otherwise="demand-kept",
)
PAY = Clock(
    clause="xzcf-67",
    question="payment",
    table="payments",
    subject="case",
    since=("served_on",),
    terms=("pay",),
    done="paid_on",
)
LATE_FEE = Amount(
    clause="xzcf-72",
    question="late-fee",
    table="payments",
    subject="case",
    base="fine",
    low="late-fee",
    after=PAY,
    cap="late-fee-cap",
    pauses="suits",
)
CRIME_FIRST = Conclude(
    clause="xzcf-27",
    question="crime-first",
    table="handling",
    subject="case",
    bands=(
        Band(
            "transfer-first",
            (
                Named(
                    "not-transferred",
                    All(
                        (
                            Flag("suspected_crime"),
                            Either((Not(Flag("transferred")), Flag("penalty_instead"))),
                        )
                    ),
                ),
            ),
            ("hand-to-police",),
        ),
    ),
    otherwise="no-transfer-due",
)

RULES = (
    REVIEW,
    REVIEW_UNTOLD,
    REVIEW_LONGEST,
    SUIT,
    SUIT_DEMOLITION,
    ENFORCE,
    ENFORCE_DEMOLITION,
    DEMAND,
    LATE_FEE,
    CRIME_FIRST,
    Effect("hand-to-police", "ysgd-5", "transfer", touches="police", within="crime-head"),
)
