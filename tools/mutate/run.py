"""The warm process: a plugin of pytest that takes over once all tests are collected."""

from __future__ import annotations

import ast
import functools
import gc
import hashlib
import json
import os
import pickle
import resource
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import hypothesis
import pytest
from _pytest.runner import runtestprotocol

from tools.mutate.mutations import Mutant, mutants
from tools.mutate.reach import Lines, Tracer

KEPT = Path(os.environ.get("MUTATE_KEPT", ".pytest_cache/mutate"))
PLAIN = ("-q", "-p", "no:cacheprovider", "--assert=plain")
"""Arguments of every run; plugins that are only installed are not loaded either."""
KILLED, BY_TIME, SURVIVED, UNREACHED = "killed", "by time", "survived", "no test"


@dataclass(frozen=True)
class Found:
    """What became of one mutant. `why` is the test that failed."""

    module: str
    line: int
    column: int
    what: str
    state: str
    why: str = ""

    @property
    def key(self) -> str:
        return f"{self.module}:{self.line}:{self.column}:{self.what}"

    def told(self) -> str:
        return f"{self.module}:{self.line}:{self.column}: {self.state}: {self.what}"


@dataclass
class Options:
    modules: list[Path]
    """What is changed."""
    watched: list[Path]
    """What the map of lines covers; at least `modules`."""
    jobs: int = 1
    budget: float = 15.0
    """Seconds of tests for one mutant, at most."""
    keys: set[str] | None = None
    """Only these mutants, where given."""
    every: int = 1
    """Only each n-th mutant."""


@dataclass
class Test:
    item: pytest.Item
    seconds: float
    lines: Lines


@dataclass
class Plugin:
    options: Options
    found: list[Found] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tracer = Tracer({str(path.resolve()) for path in self.options.watched})
        self.tracer.start()

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """No shrinking, no database: a failure is enough."""
        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        hypothesis.settings.register_profile(
            "mutate", hypothesis.settings.get_profile("fast"), phases=phases, database=None
        )
        hypothesis.settings.load_profile("mutate")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        at_import = self.tracer.stop()
        gc.collect()
        alive = gc.get_objects()
        functions = [thing for thing in alive if isinstance(thing, FunctionType)]
        caches = [thing for thing in alive if isinstance(thing, functools._lru_cache_wrapper)]
        del alive
        gc.freeze()  # after which nothing of it is listed, and no child copies it to look through it
        tests = self._reach(session.items)
        runner = Runner(tests, at_import, self.options, functions, caches)
        for path in self.options.modules:
            own = runner.module(path)
            self.found += own
            if self.options.keys is None:
                save(own)
        return True

    def _reach(self, items: list[pytest.Item]) -> list[Test]:
        """Lines and time of each test; kept between runs while neither code nor test has changed."""
        kept = KEPT / "reach.pickle"
        known: dict[tuple[str, str], tuple[float, Lines] | None] = (
            pickle.loads(kept.read_bytes()) if kept.is_file() else {}
        )
        code = _digest(self.options.watched)
        tests, fresh, told = [], {}, time.monotonic()
        for index, item in enumerate(items):
            key = (item.nodeid, code + _digest([item.path]))
            if key not in known:
                known[key] = _in_child(functools.partial(self._trace, item), 300.0)
            fresh[key] = known[key]
            if time.monotonic() - told > 20:
                told = time.monotonic()
                print(f"{index}/{len(items)} tests traced", flush=True)
            if (reached := known[key]) is not None:
                tests.append(Test(item, *reached))
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(pickle.dumps(known if len(known) < 4 * len(fresh) else fresh))
        return sorted(tests, key=lambda test: test.seconds)

    def _trace(self, item: pytest.Item) -> tuple[float, Lines] | None:
        self.tracer.start()
        start = time.process_time()
        passed = _passes(item)
        return (time.process_time() - start, self.tracer.stop()) if passed else None


def _digest(paths: list[Path]) -> str:
    text = b"".join(path.read_bytes() for path in sorted(paths))
    return hashlib.sha256(text).hexdigest()[:16]


def _passes(item: pytest.Item) -> bool:
    reports = runtestprotocol(item, nextitem=None, log=False)
    return all(report.passed for report in reports)


def _in_child(work: Callable[[], Any], limit: float) -> Any:
    """The result of `work` in a forked child; None where it died or took longer than `limit` seconds."""
    child = Child(work, limit)
    while not child.done():
        select.select([child.pipe], [], [], 1.0)
    return child.result


class Child:
    """A forked child that sends its result through a pipe."""

    def __init__(self, work: Callable[[], Any], limit: float) -> None:
        self.pipe, writing = os.pipe()
        self.result: Any = None
        self._sent = b""
        sys.stdout.flush()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self.pipe)
            _bound(limit)
            null = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(null, stream)
            try:
                sent = pickle.dumps(work())
                with os.fdopen(writing, "wb") as out:
                    out.write(sent)
            finally:
                os._exit(0)
        os.close(writing)

    def done(self) -> bool:
        """Reads what has come; True once the child has ended."""
        while select.select([self.pipe], [], [], 0)[0]:
            piece = os.read(self.pipe, 1 << 20)
            if not piece:
                os.close(self.pipe)
                os.waitpid(self._pid, 0)
                self.result = pickle.loads(self._sent) if self._sent else None
                return True
            self._sent += piece
        return False


_MEMORY = 4 << 30


def _bound(limit: float) -> None:
    """The end of a child that never ends: by its own time, by the clock, or by what it takes of memory.

    Called again it gives the child that much from now on.
    """
    for kind, timer, seconds in (
        (signal.SIGVTALRM, signal.ITIMER_VIRTUAL, limit),
        (signal.SIGALRM, signal.ITIMER_REAL, 60 + 10 * limit),
    ):
        signal.signal(kind, signal.SIG_DFL)
        signal.setitimer(timer, seconds)
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))


class Runner:
    def __init__(
        self,
        tests: list[Test],
        at_import: Lines,
        options: Options,
        alive: list[FunctionType],
        caches: list[Any],
    ) -> None:
        self.tests, self.at_import, self.options = tests, at_import, options
        self.alive = alive
        self.caches = [c for c in caches if str(c.__module__).partition(".")[0] in ("shoutu", "tests")]
        self.by_line: dict[tuple[str, int], list[int]] = {}
        for index, test in enumerate(tests):
            for line in test.lines:
                self.by_line.setdefault(line, []).append(index)

    def module(self, path: Path) -> list[Found]:
        """All mutants of one module."""
        tree = ast.parse(path.read_text(encoding="utf-8"))
        file = str(path.resolve())
        functions = self._functions(file)
        waiting = self._chosen(path, tree)
        running: dict[Child, tuple[str, Mutant]] = {}
        found: list[Found] = []
        start = told = time.monotonic()
        while True:
            while len(running) < self.options.jobs:
                following = next(waiting, None)
                if following is None:
                    break
                what, mutant = following
                work = functools.partial(self._try, mutant, tree, file, functions)
                running[Child(work, 5.0)] = (what, mutant)
            if not running:
                return found
            select.select([child.pipe for child in running], [], [], 1.0)
            for child in [child for child in running if child.done()]:
                what, mutant = running.pop(child)
                state, why = child.result or (BY_TIME, "")
                found.append(Found(str(path), mutant.line, mutant.column, what, state, why))
                if state in (SURVIVED, UNREACHED):
                    print(found[-1].told(), flush=True)
            if time.monotonic() - told > 20:
                told = time.monotonic()
                lived = sum(f.state in (SURVIVED, UNREACHED) for f in found)
                print(f"{path}: {len(found)} in {told - start:.0f} s, {lived} not killed", flush=True)

    def _functions(self, file: str) -> dict[tuple[str, int], list[FunctionType]]:
        """The functions of a file that are alive, by name and first line."""
        found: dict[tuple[str, int], list[FunctionType]] = {}
        for function in self.alive:
            if function.__code__.co_filename == file:
                key = (function.__code__.co_qualname, function.__code__.co_firstlineno)
                found.setdefault(key, []).append(function)
        return found

    def _chosen(self, path: Path, tree: ast.Module) -> Iterator[tuple[str, Mutant]]:
        """The mutants to try. All are made first: the tree is changed only in children."""
        for index, mutant in enumerate(mutants(tree)):
            if index % self.options.every == 0:
                what = mutant.describe()
                key = f"{path}:{mutant.line}:{mutant.column}:{what}"
                if self.options.keys is None or key in self.options.keys:
                    yield what, mutant

    def _reaching(self, mutant: Mutant, file: str) -> list[Test]:
        """The tests that run the changed lines, the fastest first, as many as the budget allows."""
        lines = range(mutant.first, mutant.last + 1)
        picked = sorted({i for line in lines for i in self.by_line.get((file, line), ())})
        chosen, spent = [], 0.0
        for index in picked:
            spent += self.tests[index].seconds
            chosen.append(self.tests[index])
            if spent > self.options.budget:
                break
        return chosen

    def _try(
        self,
        mutant: Mutant,
        tree: ast.Module,
        file: str,
        functions: dict[tuple[str, int], list[FunctionType]],
    ) -> tuple[str, str]:
        mutant.apply()
        code = compile(tree, file, "exec")
        tests = self._reaching(mutant, file)
        here = {(file, line) for line in range(mutant.first, mutant.last + 1)}
        if mutant.function in functions and tests:
            _put(code, mutant.function, functions[mutant.function])
            if here & self.at_import:
                for cache in self.caches:  # what was read at import would hide the change
                    cache.cache_clear()
            for test in tests:
                _bound(2.0 + 4 * test.seconds)
                if not _passes(test.item):
                    return KILLED, test.item.nodeid
        if mutant.function is None or here & self.at_import:
            return self._anew(code, file, tests)
        return (SURVIVED if tests else UNREACHED), ""

    def _anew(self, code: CodeType, file: str, tests: list[Test]) -> tuple[str, str]:
        """The mutant is imported afresh, with all tests that reach its module, for what runs at import."""
        names = [test.item.nodeid for test in tests]
        module = {i for (own, _), found in self.by_line.items() if own == file for i in found}
        spent = sum(test.seconds for test in tests)
        for index in sorted(module, key=lambda i: (not self._mirrors(i, file), i)):
            if self.tests[index].item.nodeid not in names:
                names.append(self.tests[index].item.nodeid)
                spent += self.tests[index].seconds
                if spent > self.options.budget:
                    break
        for name in [n for n in sys.modules if n.partition(".")[0] in ("shoutu", "tests")]:
            del sys.modules[name]
        sys.meta_path.insert(0, Importer(file, code))
        watcher = _Watcher()
        arguments = ["-x", *PLAIN, *names]
        _bound(20.0 + 4 * spent)
        status = pytest.main(arguments, plugins=[watcher, _Quick()])
        return (SURVIVED, "") if status == 0 else (KILLED, watcher.failed or "does not load")

    def _mirrors(self, index: int, file: str) -> bool:
        return Path(self.tests[index].item.path).stem == f"test_{Path(file).stem}"


class _Quick:
    pytest_collection = pytest.hookimpl(tryfirst=True)(
        lambda self: hypothesis.settings.load_profile("mutate")
    )


class _Watcher:
    failed = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = report.nodeid


class Importer:
    """Finds the changed module: its code is given, not read."""

    def __init__(self, file: str, code: CodeType) -> None:
        self.file, self.code = file, code

    def find_spec(self, name: str, path: object = None, target: object = None) -> object:
        from importlib.machinery import PathFinder

        spec = PathFinder.find_spec(name, path)  # type: ignore[arg-type]
        if spec is None or spec.origin != self.file or spec.loader is None:
            return None
        spec.loader.get_code = lambda fullname: self.code  # type: ignore[attr-defined]
        return spec


def _put(code: CodeType, key: tuple[str, int], places: list[FunctionType]) -> None:
    """The changed function instead of the old one, wherever it is held."""
    stack = [code]
    while stack:
        found = stack.pop()
        if (found.co_qualname, found.co_firstlineno) == key:
            for function in places:
                function.__code__ = found
            return
        stack += [inner for inner in found.co_consts if isinstance(inner, CodeType)]
    raise LookupError(key)


def save(found: list[Found]) -> None:
    """Results are kept module by module, so that survivors can be tried again."""
    kept = KEPT / "found.json"
    old = load()
    touched = {f.key for f in found}
    modules = {f.module for f in found}
    kept.parent.mkdir(parents=True, exist_ok=True)
    rest = [f for f in old if f.key not in touched and f.module not in modules]
    kept.write_text(json.dumps([f.__dict__ for f in [*rest, *found]], ensure_ascii=False), encoding="utf-8")


def load() -> list[Found]:
    kept = KEPT / "found.json"
    if not kept.is_file():
        return []
    return [Found(**row) for row in json.loads(kept.read_text(encoding="utf-8"))]
