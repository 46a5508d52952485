"""Coordinate reference systems: what a file's numbers mean, and longitude and latitude from them.

One datum. WGS 84, ETRS89 (RGF93), ITRF and CGCS2000 agree within decimetres and count as one: a
projected file on any of them is unprojected on its own ellipsoid and nothing else happens to it.
Every other datum (Beijing 1954, Xian 1980, NAD27 …) lies metres to hundreds of metres away. PROJ
would join such a pair by a guess or by no shift at all, without a word; here it is refused until
somebody names the transformation:

    CRS via OPERATION        EPSG:2361 via towgs84=DX,DY,DZ[,RX,RY,RZ,DS]   metres, seconds of arc, ppm;
                                                                            position vector rotations
                             EPSG:2412 via EPSG:15921                       an operation of the EPSG registry
                             EPSG:2361 via +proj=pipeline +step …           degrees in, degrees out, longitude
                                                                            first

GCJ-02 and BD-09, the shifted degrees of map services in China, are named as they are: `GCJ-02`,
`BD-09`. Their way to the one datum is the public series of `shoutu.shifted`, good to some metres.

Axes: x is always easting or longitude, whatever order an authority lists. A file whose first number is
the northing or latitude is named `CRS yx`; `layers.read` exchanges its numbers, nothing else sees them.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from shoutu import shifted
from shoutu.errors import NOWHERE, BadInput, Text, Where

Floats = npt.NDArray[np.float64]

# Names of the one datum, lower case, letters and digits only; EPSG's, ESRI's (after D_) and those
# that surveying programs in China write.
_ONE_DATUM = re.compile(
    r"(worldgeodeticsystem1984|wgs1984|wgs84)(ensemble|g\d+|transit)?"
    r"|(europeanterrestrialreferencesystem1989|etrs1989|etrs89)(ensemble)?"
    r"|(europeanterrestrialreferenceframe|etrf)(19|20)?\d\d"
    r"|(reseaugeodesiquefrancais1993|rgf1993|rgf93)(v1|v2|v2b)?"
    r"|(internationalterrestrialreferenceframe|itrf)(19|20)?\d\d"
    r"|china2000|cgcs2000|chinageodeticcoordinatesystem2000"
)
_SEMI_MAJOR = 6378137.0
_INVERSE_FLATTENINGS = (298.257222101, 298.257223563)  # GRS 80 and CGCS2000; WGS 84
_VIA = re.compile(r"\svia\s", re.IGNORECASE)
_SWAP = re.compile(r"\syx$", re.IGNORECASE)
_UNKNOWN = re.compile(r"unknown|unspecified|not.specified|unnamed|undefined|user.?defined", re.IGNORECASE)
_UNDEFINED = re.compile(r"undefined|^unknown( engineering)?( crs| srs)?$", re.IGNORECASE)

_LONGEST = 50_000
"""Characters of a definition; EPSG's longest WKT has a tenth of them."""
_FORM = re.compile(r"\s*([A-Za-z]+:|\+|\{|[A-Za-z0-9_]+\s*[\[(])")
"""How a code, PROJ string, PROJJSON and WKT begin. PROJ looks other text up by name, for half a second."""

REMEDY_CRS = Text(
    "用 --crs 指明，例如 --crs EPSG:4490（2000 国家大地坐标系经纬度）或 --crs EPSG:4525（3 度带第 37 带）",
    "name it with --crs, such as --crs EPSG:4490 (CGCS2000 degrees) or --crs EPSG:4525 (3-degree zone 37)",
)


@dataclass(frozen=True)
class Crs:
    """A reference system on the one datum, or one with a named way to it.

    definition     what `parse` reads back: an authority's code or WKT, then ` via OPERATION` if any
    name           for people
    geographic     the numbers are degrees
    operation      the way to the one datum, None for a system that stands on it
    uncertainty_m  of that way, metres, where its author states one
    """

    definition: str
    name: str
    geographic: bool
    operation: str | None = None
    uncertainty_m: float | None = None

    @property
    def only_for_finding(self) -> bool:
        """Whether places in this system are too uncertain to measure by."""
        return too_uncertain(self.uncertainty_m)


MEASURABLE_M = 1.0
"""Places known no better than this, metres, find a parcel and measure none."""


def too_uncertain(metres: float | None) -> bool:
    return metres is not None and metres > MEASURABLE_M


def parse(text: str, *, where: Where = NOWHERE) -> Crs:
    """The system that `text` names: EPSG:n, WKT of any age (ESRI's too), PROJ string, or `… via …`.

    Raises BadInput when it cannot be read, is no map system, or stands on another datum and no
    transformation is named.
    """
    source, operation = _split(text)
    system = _system(source, where)
    name = _label(system)
    if system.prime_meridian is not None and abs(system.prime_meridian.longitude) > 1e-12:
        raise BadInput(
            Text("不支持非格林尼治本初子午线", "a prime meridian other than Greenwich is not supported"),
            where=where,
            found=name,
            remedy=Text("请转换后重新提交", "convert the file and hand it in again"),
        )
    if operation is None and not _on_the_one_datum(system):
        raise _other_datum(system, name, where)
    if operation is None:
        return Crs(text.strip(), name, bool(system.is_geographic))
    definition = operation if operation in shifted.NAMES else text.strip()
    _operation(definition, where)
    return Crs(definition, name, bool(system.is_geographic), operation, _uncertainty(operation))


def is_undefined(text: str | None) -> bool:
    """Whether a file says nothing of its system: no word, a system called undefined, an unknown datum."""
    if not text or not text.strip():
        return True
    from pyproj.exceptions import CRSError

    try:
        system = _read(text)
    except CRSError:
        return False
    if system.is_engineering or _UNDEFINED.search(system.name):
        return True
    geodetic = system.geodetic_crs
    return geodetic is not None and geodetic.datum is not None and bool(_UNKNOWN.search(geodetic.datum.name))


def is_readable(text: str) -> bool:
    """Whether `text` is any reference system at all, on whatever datum."""
    from pyproj.exceptions import CRSError

    try:
        _read(_split(text)[0])
    except CRSError:
        return False
    return True


def to_lonlat(crs: Crs, xy: Floats, *, where: Where = NOWHERE) -> Floats:
    """(n, 2) coordinates of `crs` as longitude and latitude in degrees on the one datum.

    Raises BadInput where a pair is no place of that system (Where then says which file).
    """
    xy = np.asarray(xy, dtype=np.float64)
    lonlat = xy if crs.geographic else _unproject(crs.definition)(xy)
    if crs.geographic and (factor := _degrees(crs.definition)) != 1.0:
        lonlat = xy * factor
    # Written so that NaN and infinity fail too.
    bad = ~((np.abs(lonlat[:, 0]) <= 180.0 + 1e-9) & (np.abs(lonlat[:, 1]) <= 90.0 + 1e-9))
    if bad.any():
        raise _no_place(crs, xy, xy[int(np.argmax(bad))], where)
    if _split(crs.definition)[1] is not None:
        lonlat = _operation(crs.definition, where)(lonlat)
        if not np.isfinite(lonlat).all():
            raise BadInput(
                Text(
                    "指定的坐标转换在此处没有结果（可能缺格网文件）",
                    "the named transformation gives no result here (a grid may be missing)",
                ),
                where=where,
                found=crs.definition,
                remedy=Text("换一个转换，或用 towgs84= 参数", "name another one, or parameters by towgs84="),
            )
    return lonlat


def from_lonlat(crs: Crs, lonlat: Floats) -> Floats:
    """(n, 2) degrees on the one datum as coordinates of `crs`, which must stand on it itself."""
    assert crs.operation is None, "a system that needs a way to the one datum has none from it"
    system = _read(crs.definition)
    if crs.geographic:
        return lonlat / _degrees_of(system)
    from pyproj import Transformer

    there = Transformer.from_crs(system.geodetic_crs, system, always_xy=True)
    factor = _degrees_of(system.geodetic_crs)
    return np.column_stack(there.transform(lonlat[:, 0] / factor, lonlat[:, 1] / factor))


def degrees(crs: Crs, *, where: Where = NOWHERE) -> Callable[[Floats], Floats] | None:
    """`to_lonlat` of `crs` as a function of coordinates; None where they are degrees of the one datum."""
    source, operation = _split(crs.definition)
    if crs.geographic and operation is None and _degrees(source) == 1.0:
        return None
    return partial(to_lonlat, crs, where=where)


def same(a: str, b: str, *, where: Where = NOWHERE) -> bool:
    """Whether two definitions mean one system, whatever their age, names, order of axes or `via`."""
    one, other = (_system(_split(text)[0], where) for text in (a, b))
    if one.equals(other, ignore_axis_order=True):
        return True
    one_datum = _on_the_one_datum(one) and _on_the_one_datum(other)
    return _projection(one) == _projection(other) and (one_datum or _datum(one) == _datum(other))


def is_way_from(named: str, stated: str, *, where: Where = NOWHERE) -> bool:
    """Whether `named` is `X via OPERATION` and X is the system that a file states.

    Shifted degrees are never stated: a map service's export calls them plain degrees.
    """
    if shifted.canonical(named) is not None:
        return parse(stated, where=where).geographic
    return _split(named)[1] is not None and same(named, stated, where=where)


def without_swap(named: str) -> tuple[str, bool]:
    """`CRS yx` as the CRS and true: the file's first number is the northing or latitude."""
    plain = _SWAP.sub("", named.strip())
    return plain, plain != named.strip()


def as_wkt(definition: str) -> str:
    """WKT 2 of the system that `definition` names, without any way to another datum."""
    return str(_read(_split(definition)[0]).to_wkt())


def as_json(definition: str) -> dict[str, Any]:
    """PROJJSON of the system that `definition` names, without any way to another datum."""
    document: dict[str, Any] = _read(_split(definition)[0]).to_json_dict()
    return document


def describe(bounds: tuple[float, float, float, float]) -> tuple[Text, tuple[str, ...]]:
    """What numbers without a CRS look like, and the codes that would fit them.

    bounds  min x, min y, max x, max y as they stand in the file
    """
    x0, y0, x1, y1 = bounds
    if max(abs(x0), abs(x1)) <= 180 and max(abs(y0), abs(y1)) <= 90:
        if x0 >= 15 and x1 <= 55 and y0 >= 73:
            return _SWAPPED_DEGREES, ("EPSG:4490 yx",)
        return Text("数值像经纬度（度）", "the numbers look like degrees"), ("EPSG:4490",)
    if max(abs(x0), abs(x1)) <= 90 and max(abs(y0), abs(y1)) <= 180:
        return _SWAPPED_DEGREES, ("EPSG:4490 yx",)
    if _northing(x0, x1) and (_prefix(y0, y1) or 1e5 <= y0 <= y1 <= 9e5):
        return Text(
            "数值像高斯坐标，但北坐标在前：x 应为东坐标",
            "the numbers look like Gauss–Krüger with the northing first: x must be the easting",
        ), tuple(f"{code} yx" for code in _gauss_kruger(y0, y1)[1])
    if _northing(y0, y1):
        return _gauss_kruger(x0, x1)
    return Text("数值不像经纬度，也不像高斯坐标", "neither degrees nor Gauss–Krüger by their size"), ()


_SWAPPED_DEGREES = Text(
    "数值像经纬度，但纬度在前：x 应为经度",
    "the numbers look like degrees with the latitude first: x must be the longitude",
)


def _northing(low: float, high: float) -> bool:
    return 1.8e6 <= low <= high <= 6.0e6


def _prefix(low: float, high: float) -> int | None:
    """The zone that leads an easting, when one zone of China leads both."""
    zone = int(low // 1e6)
    return zone if zone == int(high // 1e6) and (13 <= zone <= 23 or 25 <= zone <= 45) else None


def _gauss_kruger(x0: float, x1: float) -> tuple[Text, tuple[str, ...]]:
    """EPSG's blocks of CGCS2000: 3° with prefix 4513–4533 (zones 25–45), 6° with prefix 4491–4501
    (zones 13–23), 3° without prefix 4534–4554.
    """
    zone = _prefix(x0, x1)
    if zone is not None and zone >= 25:
        text = Text(f"数值像 3 度带第 {zone} 带（带号在前）", f"3-degree zone {zone} with its prefix")
        return text, (f"EPSG:{4488 + zone}",)
    if zone is not None:
        text = Text(
            f"数值像 6 度带第 {zone} 带（带号在前），也可能是网络墨卡托",
            f"6-degree zone {zone} with its prefix, or Web Mercator",
        )
        return text, (f"EPSG:{4478 + zone}", "EPSG:3857")
    if x0 // 1e6 != x1 // 1e6 and x0 > 2.4e7:
        return Text(
            "数值像 3 度带，但跨了两个带号：先按带拆分",
            "3-degree zones with prefix, of two zones: split the file by zone first",
        ), ()
    if x0 > 0 and x1 < 1e6:
        return Text(
            "数值像高斯坐标，无带号：从数值看不出是第几带（鄂尔多斯为第 36、37 带）",
            "Gauss–Krüger without zone prefix: the numbers cannot tell the zone (Ordos has 36 and 37)",
        ), ("EPSG:4545", "EPSG:4546")
    return Text("数值像平面坐标（米）", "the numbers look like metres in a plane"), ()


def _split(text: str) -> tuple[str, str | None]:
    if (name := shifted.canonical(text)) is not None:
        return name, name
    parts = _VIA.split(text.strip(), maxsplit=1)
    return (parts[0].strip(), parts[1].strip()) if len(parts) == 2 else (parts[0], None)


@lru_cache(maxsize=64)
def _read(text: str) -> Any:
    """The map system in `text`, cut to two dimensions, without any shift that a file may carry."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    known = shifted.WKT.get(text, text)
    if len(known) > _LONGEST or not _FORM.match(known):
        raise CRSError("no definition")
    system: Any = CRS.from_user_input(known)
    if system.is_compound:
        system = system.sub_crs_list[0]
    if system.is_bound:
        system = system.source_crs
    return system.to_2d() if system.is_geographic and len(system.axis_info) == 3 else system


def _system(text: str, where: Where) -> Any:
    from pyproj.exceptions import CRSError

    try:
        system = _read(text)
    except CRSError as error:
        raise BadInput(
            Text("坐标系无法识别", "the CRS cannot be read"),
            where=where,
            found=text if len(text) <= 200 else text[:200] + "…",
            remedy=REMEDY_CRS,
        ) from error
    if not (system.is_geographic or system.is_projected):
        raise BadInput(
            Text("不是地图坐标系", "this is no map reference system"),
            where=where,
            found=f"{system.name} ({system.type_name})",
            remedy=REMEDY_CRS,
        )
    return system


def _label(system: Any) -> str:
    code = system.to_epsg(min_confidence=100)
    return f"EPSG:{code} {system.name}" if code else str(system.name)


def _datum(system: Any) -> str:
    """The datum's name without ESRI's mark, case and punctuation."""
    datum = system.geodetic_crs.datum
    return "" if datum is None else re.sub(r"^d_|[^a-z0-9]", "", datum.name.lower())


def _projection(system: Any) -> str:
    """Method, parameters, ellipsoid and unit without any name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that a PROJ string leaves the names out is the point
        return re.sub(r"\+(datum=WGS84|ellps=(WGS84|GRS80))", "", system.to_proj4() or "")


def _on_the_one_datum(system: Any) -> bool:
    ellipsoid = system.ellipsoid
    return (
        _ONE_DATUM.fullmatch(_datum(system)) is not None
        and abs(ellipsoid.semi_major_metre - _SEMI_MAJOR) < 1e-6
        and min(abs(ellipsoid.inverse_flattening - value) for value in _INVERSE_FLATTENINGS) < 1e-5
    )


def _other_datum(system: Any, name: str, where: Where) -> BadInput:
    datum = system.geodetic_crs.datum.name if system.geodetic_crs.datum else "?"
    return BadInput(
        Text(
            "该坐标系的大地基准不是 CGCS2000、WGS 84、ETRS89 或 ITRF，未指定转换则不予采用",
            "this CRS stands on a datum other than CGCS2000, WGS 84, ETRS89 or ITRF; "
            "it is refused unless a transformation is named",
        ),
        where=where,
        found=f"{name}; {datum}",
        remedy=Text(
            "转换为 CGCS2000 后再提交，或用 --crs 指明转换，如 --crs 'EPSG:2361 via towgs84=DX,DY,DZ'",
            "convert it to CGCS2000, or name the transformation: --crs 'EPSG:2361 via towgs84=DX,DY,DZ'",
        ),
    )


def _no_place(crs: Crs, xy: Floats, first: Floats, where: Where) -> BadInput:
    finite = xy[np.isfinite(xy).all(axis=1)]
    seen = Text("坐标不是有限数", "a coordinate is not a finite number")
    if len(finite) and np.isfinite(first).all():
        seen, _ = describe((*finite.min(axis=0), *finite.max(axis=0)))
    return BadInput(
        Text(f"坐标超出坐标系的范围；{seen.zh}", f"a coordinate lies outside its CRS; {seen.en}"),
        where=where,
        found=f"{first[0]:.10g}, {first[1]:.10g} in {crs.name}",
        remedy=REMEDY_CRS,
    )


@lru_cache(maxsize=64)
def _unproject(definition: str) -> Callable[[Floats], Floats]:
    """Inverse of the projection alone: to the system's own geographic CRS, so no datum can shift."""
    from pyproj import Transformer

    system = _read(_split(definition)[0])
    transformer = Transformer.from_crs(system, system.geodetic_crs, always_xy=True)
    factor = _degrees_of(system.geodetic_crs)

    def apply(xy: Floats) -> Floats:
        lon, lat = transformer.transform(xy[:, 0], xy[:, 1])
        return np.column_stack([lon, lat]) * factor

    return apply


def _degrees(definition: str) -> float:
    return _degrees_of(_read(_split(definition)[0]))


def _degrees_of(geographic: Any) -> float:
    """Degrees in one unit of a geographic system; exactly 1 for degrees however they are written."""
    factor = float(np.rad2deg(geographic.axis_info[0].unit_conversion_factor))
    return 1.0 if abs(factor - 1.0) < 1e-9 else factor


def _operation(definition: str, where: Where) -> Callable[[Floats], Floats]:
    from pyproj.exceptions import ProjError

    try:
        return _transformation(definition)
    except (ProjError, ValueError) as error:
        raise BadInput(
            Text("指定的坐标转换无法识别", "the named transformation cannot be read"),
            where=where,
            found=f"{_split(definition)[1]} ({error})",
            remedy=Text(
                "写作 towgs84=DX,DY,DZ[,RX,RY,RZ,DS]、EPSG:操作代码 或 +proj=pipeline …",
                "write towgs84=DX,DY,DZ[,RX,RY,RZ,DS], EPSG:operation or +proj=pipeline …",
            ),
        ) from error


@lru_cache(maxsize=64)
def _transformation(definition: str) -> Callable[[Floats], Floats]:
    """The named step from the system's own longitude and latitude to the one datum."""
    from pyproj import Transformer

    source, operation = _split(definition)
    assert operation is not None
    if operation in shifted.NAMES:
        return shifted.NAMES[operation]
    system = _read(source)
    if operation.lower().startswith("towgs84="):
        transformer = Transformer.from_pipeline(_helmert(system.ellipsoid, operation[8:]))
    elif operation.startswith("+proj="):
        transformer = Transformer.from_pipeline(operation)
    elif match := re.fullmatch(r"(?i)epsg:(\d+)", operation):
        return _registered(system, match.group(1))
    else:
        raise ValueError("neither towgs84=, EPSG: nor +proj=")

    def apply(lonlat: Floats) -> Floats:
        return np.column_stack(transformer.transform(lonlat[:, 0], lonlat[:, 1]))

    return apply


def _uncertainty(operation: str) -> float | None:
    """Metres, as the registry states them of an operation, or `shifted` of its series."""
    if operation in shifted.NAMES:
        return shifted.UNCERTAINTY_M
    if match := re.fullmatch(r"(?i)epsg:(\d+)", operation):
        from pyproj import Transformer

        stated = Transformer.from_pipeline(f"urn:ogc:def:coordinateOperation:EPSG::{match.group(1)}").accuracy
        return None if stated < 0 else float(stated)
    return None


def _helmert(ellipsoid: Any, numbers: str) -> str:
    values = [float(number) for number in numbers.split(",")]
    if len(values) not in (3, 7):
        raise ValueError("towgs84 takes three or seven numbers")
    names = ("x", "y", "z", "rx", "ry", "rz", "s")
    shift = " ".join(f"+{name}={value!r}" for name, value in zip(names, values, strict=False))
    turn = " +convention=position_vector" if len(values) == 7 else ""
    return (
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad"
        f" +step +proj=cart +a={ellipsoid.semi_major_metre!r} +rf={ellipsoid.inverse_flattening!r}"
        f" +step +proj=helmert {shift}{turn}"
        f" +step +inv +proj=cart +a={_SEMI_MAJOR!r} +rf={_INVERSE_FLATTENINGS[0]!r}"
        " +step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )


def _registered(system: Any, code: str) -> Callable[[Floats], Floats]:
    """An operation of the EPSG registry, checked to lead from this datum to the one datum.

    EPSG's geographic systems list latitude first, hence the exchange on both sides.
    """
    from pyproj import Transformer

    transformer = Transformer.from_pipeline(f"urn:ogc:def:coordinateOperation:EPSG::{code}")
    begin: Any = transformer.source_crs
    end: Any = transformer.target_crs
    if begin is None or end is None or begin.datum.name != system.geodetic_crs.datum.name:
        raise ValueError(f"it does not start from {system.geodetic_crs.datum.name}")
    if not _on_the_one_datum(end):
        raise ValueError(f"it ends in {end.name}")

    def apply(lonlat: Floats) -> Floats:
        lat, lon = transformer.transform(lonlat[:, 1], lonlat[:, 0])
        return np.column_stack([lon, lat])

    return apply
