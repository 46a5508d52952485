"""The same rules as an OpenFisca tax-benefit system; run inside an environment that has OpenFisca-core.

python _openfisca.py IN.npz OUT.npz periods|split. A violation is the person; banners and projects are groups.
`periods` is how OpenFisca is written for: one simulation, in which a violation has its figures in the period
of its month and none in the others. `split` makes a simulation of each month's violations, which is less work
and leaves OpenFisca's periods unused.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.model_api import MONTH, YEAR, Variable, select
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

MEMBER = [{"key": "member", "plural": "members"}]
Violation = build_entity(key="violation", plural="violations", label="宗", is_person=True)
Banner = build_entity(key="banner", plural="banners", label="旗区", roles=MEMBER)
Project = build_entity(key="project", plural="projects", label="项目", roles=MEMBER)
FIGURES = ("area", "farmland", "basic_farmland")


def given(name: str, entity, period) -> type:
    body = {"value_type": float, "entity": entity, "definition_period": period, "label": name}
    return type(name, (Variable,), body)


class banner_level(Variable):
    value_type = int
    entity = Banner
    definition_period = MONTH
    label = "6.1: 0 none, 1 yellow, 2 orange, 3 red"

    def formula(banner, period):
        area = banner.sum(banner.members("area", period))
        farmland = banner.sum(banner.members("farmland", period))
        parcels = banner.sum(banner.members("new", period))
        red = (area >= 15) | (farmland >= 10)
        orange = (area >= 10) | (farmland >= 5)
        return select([red, orange, parcels >= 2], [3, 2, 1], default=0)


class banner_because(Variable):
    value_type = int
    entity = Banner
    definition_period = MONTH
    label = "the tests that are met at the level: 1 area, 2 farmland, 4 parcels"

    def formula(banner, period):
        level = banner("banner_level", period)
        area = banner.sum(banner.members("area", period))
        farmland = banner.sum(banner.members("farmland", period))
        large = area >= np.where(level == 3, 15, 10)
        farmed = farmland >= np.where(level == 3, 10, 5)
        return np.where(level > 1, large + 2 * farmed, 4 * (level == 1))


class highest(Variable):
    value_type = int
    entity = Banner
    definition_period = MONTH
    label = "the banner's month at its highest colour, its projects' included"

    def formula(banner, period):
        # `banner.max` goes through the members one by one; whether any has a level is a sum.
        projects = banner.members.project("project_level", period)
        own = banner("banner_level", period)
        return select([(own == k) | banner.any(projects == k) for k in (3, 2, 1)], [3, 2, 1], default=0)


class before(Variable):
    value_type = int
    entity = Banner
    definition_period = MONTH
    label = "the highest colour of the month before"

    def formula(banner, period):
        return banner("highest", period.last_month)


class measures(Variable):
    value_type = int
    entity = Banner
    definition_period = MONTH
    label = "1: 6.3, interview of the leader in charge; 2: 6.4"

    def formula(banner, period):
        now, last = banner("highest", period), banner("before", period)
        return ((now == 2) | ((now == 1) & (last == 1))) + 2 * (now == 3)


class project_level(Variable):
    value_type = int
    entity = Project
    definition_period = MONTH
    label = "6.2"

    def formula(project, period):
        area = project.sum(project.members("area", period))
        return select([area >= 10, area >= 5, area >= 3], [3, 2, 1], default=0)


class referral(Variable):
    value_type = int
    entity = Banner
    definition_period = YEAR
    label = "1: 7.3 is reached; 2: 7.4 is"

    def formula(banner, period):
        farmland = banner.sum(banner.members("year_farmland", period))
        basic = banner.sum(banner.members("year_basic_farmland", period))
        unhandled = banner.sum(banner.members("unhandled", period)) >= 3
        occupied = (farmland >= 10) | (basic >= 5)
        whole = banner("new_construction", period)
        share = (farmland > 0) & (whole >= farmland) & (farmland / np.where(whole > 0, whole, 1) >= 0.15)
        return (unhandled | (occupied & (banner("severe", period) > 0))) + 2 * share


def system() -> TaxBenefitSystem:
    made = TaxBenefitSystem([Violation, Banner, Project])
    inputs = [given(name, Violation, MONTH) for name in (*FIGURES, "new")]
    inputs += [given(f"year_{name}", Violation, YEAR) for name in FIGURES[1:]]
    inputs += [given("unhandled", Violation, YEAR)]
    inputs += [given(name, Banner, YEAR) for name in ("new_construction", "severe")]
    made.add_variables(
        *inputs, banner_level, banner_because, project_level, highest, before, measures, referral
    )
    return made


def simulation(made: TaxBenefitSystem, region, project):
    """The simulation, and the banners and projects that have a member, in the order of its results."""
    builder = SimulationBuilder()
    builder.create_entities(made)
    builder.declare_person_entity("violation", np.arange(len(region)))
    present, index = np.unique(region, return_inverse=True)
    group = builder.declare_entity("banner", np.arange(len(present)))
    builder.join_with_persons(group, index, np.array(["member"]).repeat(len(region)))
    names, index = np.unique(project, return_inverse=True)
    group = builder.declare_entity("project", np.arange(len(names)))
    builder.join_with_persons(group, index, np.array(["member"]).repeat(len(region)))
    return builder.build(made), present, names


def months(made: TaxBenefitSystem, data, split: bool) -> dict:
    """The levels of each month: of every banner, and of the projects that have a violation in it."""
    out = {}
    last = np.zeros(int(data["banners"]), int)
    whole = None if split else simulation(made, data["region"], data["project"])
    for month in range(4, 13):
        inside = data["month"] == month
        rows = np.flatnonzero(inside)
        period = f"2024-{month:02d}"
        if whole is None:
            found, present, names = simulation(made, data["region"][rows], data["project"][rows])
        else:
            found, present, names = whole
        for name in (*FIGURES, "new"):
            found.set_input(name, period, data[name][rows] if split else np.where(inside, data[name], 0))
        if split:
            found.set_input("before", period, last[present])
        for name, variable in (
            ("banner", "banner_level"),
            ("because", "banner_because"),
            ("measures", "measures"),
        ):
            out[f"{name}_{month}"] = np.zeros(len(last), int)
            out[f"{name}_{month}"][present] = found.calculate(variable, period)
        last = np.zeros(len(last), int)
        last[present] = found.calculate("highest", period)
        levels = found.calculate("project_level", period)
        out[f"project_{month}"] = levels[np.searchsorted(names, np.unique(data["project"][rows]))]
    return out


def main(source: str, target: str, how: str) -> None:
    data = dict(np.load(source))
    made = system()
    began = time.process_time()
    banners = int(data["banners"])
    out = months(made, data, how == "split")
    found, present, _ = simulation(made, data["region"], np.zeros(len(data["region"]), np.int64))
    for name in ("year_farmland", "year_basic_farmland"):
        found.set_input(name, "2024", data[name.removeprefix("year_")])
    found.set_input("unhandled", "2024", data["unhandled"])
    found.set_input("new_construction", "2024", data["new_construction"][present])
    found.set_input("severe", "2024", data["severe"][present])
    out["referral"] = np.zeros(banners, int)
    out["referral"][present] = found.calculate("referral", "2024")
    seconds = time.process_time() - began
    np.savez(target, **out)
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main(*sys.argv[1:])
