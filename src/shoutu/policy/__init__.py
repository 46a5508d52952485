"""The policy engine: facts and a pack's rules in, conclusions with their trace out. No law inside.

pack = load_pack()                       # or a name, or a folder
facts = facts_from_file(Path("facts.json"))
answer = evaluate(pack, facts, {"6.2-edge": "milder"})
"""

from shoutu.policy.answer import Answer, Comparison, Measure, Referral, TraceEntry, Undetermined, Warning
from shoutu.policy.distance import Distance, distances
from shoutu.policy.distance import describe as describe_distance
from shoutu.policy.evaluate import evaluate
from shoutu.policy.facts import Facts, Violation, YearFacts
from shoutu.policy.facts import from_document as facts_from_document
from shoutu.policy.facts import from_file as facts_from_file
from shoutu.policy.figures import Filed
from shoutu.policy.pack import Pack
from shoutu.policy.pack import load as load_pack
from shoutu.policy.scale import Scale, scales
from shoutu.policy.wording import Touch, effect_of
from shoutu.policy.wording import sentence as explain

__all__ = [
    "Answer",
    "Comparison",
    "Distance",
    "Facts",
    "Filed",
    "Measure",
    "Pack",
    "Referral",
    "Scale",
    "Touch",
    "TraceEntry",
    "Undetermined",
    "Violation",
    "Warning",
    "YearFacts",
    "describe_distance",
    "distances",
    "effect_of",
    "evaluate",
    "explain",
    "facts_from_document",
    "facts_from_file",
    "load_pack",
    "scales",
]
