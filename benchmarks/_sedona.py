"""SedonaDB's part of the overlay benchmark, run by an environment of its own that holds nothing else.

    python _sedona.py FOLDER ROUNDS

FOLDER holds patches.arrow (id, w) and ground.arrow (key, w), w being WKB in an equal-area plane. Writes
rows.arrow (id, key, area) there, and prints the seconds of building and of each round of the query.
"""

import sys
import time
import warnings
from pathlib import Path

import pyarrow as pa
import sedonadb

JOIN = """SELECT p.id AS id, q.key AS key, sum(ST_Area(ST_Intersection(p.g, q.g))) AS area
          FROM q JOIN p ON ST_Intersects(q.g, p.g) GROUP BY p.id, q.key"""


def main(folder: Path, rounds: int) -> None:
    engine = sedonadb.connect()
    start = time.perf_counter()
    for name, column, file in (("p", "id", "patches"), ("q", "key", "ground")):
        with pa.ipc.open_file(folder / f"{file}.arrow") as source:
            engine.create_data_frame(source.read_all()).to_view(f"{name}_wkb")
        held = engine.sql(f"SELECT {column}, ST_GeomFromWKB(w) AS g FROM {name}_wkb").to_memtable()
        held.to_view(name)
    print(time.perf_counter() - start)
    for _ in range(rounds):
        start = time.perf_counter()
        rows = pa.RecordBatchReader.from_stream(engine.sql(JOIN)).read_all()
        print(time.perf_counter() - start)
    with pa.ipc.new_file(folder / "rows.arrow", rows.schema) as out:
        out.write_table(rows)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(Path(sys.argv[1]), int(sys.argv[2]))
