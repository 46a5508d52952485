"""The clocks of a penalty case (行政处罚法, 土地管理法 83, 行政强制法, 行政复议法)."""

from shoutu.policy.vocabulary import Amount, Clock, SafeWindow

DECISION = Clock(
    clause="xzcf-60",
    question="decision",
    table="cases",
    subject="case",
    since=("filed_on",),
    terms=("xzcf-60-decision",),
    done="decided_on",
    more="extension_days",
    most="xzcf-60-extension",
    pauses="pauses",
)
HEARING = Clock(
    clause="xzcf-64-1",
    question="hearing",
    table="cases",
    subject="case",
    since=("hearing_notice_served",),
    terms=("xzcf-64-hearing",),
    done="hearing_asked",
)


def _from_service(*terms: str) -> Clock:
    return Clock(
        clause="tdgl-83",
        question="enforcement",
        table="cases",
        subject="case",
        since=("decision_served",),
        terms=terms,
    )


ENFORCEMENT = SafeWindow(
    clause="xzqz-53",
    question="enforcement",
    table="cases",
    subject="case",
    opens=(_from_service("tdgl-83-suit"), _from_service("xzfy-20-reconsider")),
    closes=(
        _from_service("tdgl-83-suit", "xzqz-53-apply"),
        _from_service("xzfy-20-reconsider", "xzqz-53-apply"),
    ),
)
FINE = Amount(
    clause="tdsstl-57",
    question="fine-57",
    table="cases",
    subject="case",
    base="occupied",
    low="tdsstl-57-low",
    high="tdsstl-57-high",
    dated="act_on",
    law="act",
)

RULES = (DECISION, HEARING, ENFORCEMENT, FINE)
