"""Scenes: pixels, where they are valid and where they lie, always together.

A raster from outside is opened here and nowhere else: only file formats that read one file and its
side files, nothing that fetches, composes or executes (no VRT, no network, no /vsi path), and only
within limits that are checked before a pixel is read.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyproj
import rasterio
from affine import Affine
from rasterio.enums import ColorInterp, MaskFlags, Resampling
from rasterio.errors import NotGeoreferencedWarning, RasterioError, RasterioIOError
from rasterio.io import DatasetReader
from rasterio.warp import reproject
from rasterio.windows import Window

from shoutu.crs import parse
from shoutu.errors import BadInput, Text, Where

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

# Formats of one file with its side files. Left out on purpose: VRT, GTI, STACTA, MRF and TIL (point at
# other files), WMS, WMTS, WCS, HTTP, EEDA, PLMOSAIC (network), PDF (an interpreter), DERIVED, MEM.
DRIVERS = (
    "GTiff", "COG", "ENVI", "HFA", "JP2OpenJPEG", "PNG", "JPEG", "BMP", "WEBP", "GIF", "GPKG", "MBTiles",
    "netCDF", "HDF5", "HDF5Image", "Zarr", "NITF", "PCIDSK", "AAIGrid", "AIG", "GRASSASCIIGrid", "EHdr",
    "ERS", "LAN", "RST", "ILWIS", "SAGA", "RRASTER", "RMF", "KRO", "MFF", "MFF2", "EIR", "FAST", "L1B",
    "DIMAP", "SENTINEL2", "SAFE", "PAux", "PNM", "SGI", "BT", "USGSDEM", "DTED", "GSAG", "GSBG", "GS7BG",
    "XYZ", "ISIS2", "ISIS3", "PDS", "PDS4", "VICAR", "NDF", "GenBin", "ESAT", "PCRaster", "SIGDEM", "BAG",
)  # fmt: skip
MAX_PIXELS = 400_000_000
"""Pixels of BEFORE, of which up to twenty bytes each are held in memory (20,000 × 20,000)."""
MAX_BANDS = 64
MAX_BLOCK_BYTES = 2**31
"""The largest block that the decoder must unpack in one piece."""
GDAL_CACHE_MB = 256
WINDOW = 1024
# Lanczos reaches three pixels of the coarser grid, hence six of the source; two more for a window's edge,
# which is curved where the two CRS differ.
WARP_MARGIN = 8
MAX_SOURCE_VALUES = 64_000_000
"""Values of AFTER read for one window (256 MB); under a finer AFTER the windows become smaller."""
FINER = 2.0
"""So many pixels of AFTER to one of BEFORE, and they are averaged instead of interpolated."""
MAX_MASK_PIXELS = 64_000_000


def on_the_one_datum(crs: pyproj.CRS) -> bool:
    """Whether the datum is CGCS2000 or one that counts as the same (see `shoutu.crs`)."""
    try:
        parse(crs.to_wkt())
    except BadInput:
        return False
    return True


@dataclass(frozen=True)
class Grid:
    """Where pixels lie: `transform` maps (column, row) of pixel corners to `crs`."""

    crs: pyproj.CRS
    transform: Affine
    height: int
    width: int

    def shifted(self, right: float, down: float) -> Grid:
        """The same pixels read `right` columns and `down` rows further on."""
        return Grid(self.crs, self.transform @ Affine.translation(right, down), self.height, self.width)

    def same_as(self, other: Grid) -> bool:
        return (
            (self.height, self.width) == (other.height, other.width)
            and self.transform.almost_equals(other.transform, precision=1e-6 * abs(self.transform.a or 1))
            and self.crs == other.crs
        )


class Span(NamedTuple):
    """Pixels of a raster: first column and row, then how many."""

    col: int
    row: int
    width: int
    height: int


@dataclass(frozen=True)
class Raster:
    """An open raster: its grid, its data bands (counted from 1) and how absence is written."""

    path: Path
    dataset: Any
    grid: Grid
    bands: tuple[int, ...]
    alpha: int | None

    def read(self, span: Span) -> Floats:
        """(bands, height, width) float32; a pixel that lacks any band is NaN in all of them.

        Raises BadInput when the file is damaged.
        """
        window = Window(*span)
        try:
            values = self.dataset.read(self.bands, window=window)
            absent = self._absent(values, window)
        except RasterioIOError as error:
            raise _damaged(self.path, error) from error
        out: Floats = values.astype(np.float32, copy=values.dtype != np.float32)
        absent |= ~np.isfinite(out).all(axis=0)
        out[:, absent] = np.nan
        return out

    def _absent(self, values: npt.NDArray[Any], window: Window) -> Flags:
        absent: Flags = np.zeros(values.shape[1:], dtype=bool)
        for plane, band in zip(values, self.bands, strict=True):
            nodata = self.dataset.nodatavals[band - 1]
            if nodata is not None and not math.isnan(nodata):
                absent |= plane == _as_stored(nodata, plane.dtype)
        if self.alpha is not None:
            absent |= self.dataset.read(self.alpha, window=window) == 0
        flags = self.dataset.mask_flag_enums[0]
        if MaskFlags.per_dataset in flags and MaskFlags.alpha not in flags:
            absent |= self.dataset.read_masks(1, window=window) == 0
        return absent


def _as_stored(nodata: float, dtype: np.dtype[Any]) -> Any:
    """The nodata value as this type holds it; NaN, which equals nothing, when it cannot."""
    if dtype.kind == "f":
        return dtype.type(nodata)
    limits = np.iinfo(dtype)
    return dtype.type(nodata) if nodata == int(nodata) and limits.min <= nodata <= limits.max else math.nan


def _damaged(path: Path, error: RasterioError) -> BadInput:
    return BadInput(
        Text("影像损坏，读不出全部像元", "the image is damaged; not all of its pixels can be read"),
        where=Where(file=str(path)),
        found=str(error.__cause__ or error).splitlines()[0],
        remedy=Text("请重新下载或重新导出该影像", "download or export the image again"),
    )


@contextmanager
def session() -> Iterator[None]:
    """The settings under which every raster is read: a bounded block cache, no network."""
    with rasterio.Env(GDAL_CACHEMAX=GDAL_CACHE_MB, GDAL_HTTP_MAX_RETRY=0, CPL_CURL_ENABLE_VSIMEM=False):
        yield


@contextmanager
def open_raster(path: Path) -> Iterator[Raster]:
    """Open a raster with a CRS; an ENVI header stands for its data file. Raises BadInput."""
    with opened(path) as dataset:
        crs = _crs(path, dataset)
        grid = Grid(crs, dataset.transform, dataset.height, dataset.width)
        if not math.isfinite(grid.transform.determinant) or grid.transform.determinant == 0:
            raise BadInput(
                Text("影像的地理变换无效", "the image's geotransform is not usable"),
                where=Where(file=str(path)),
                found=tuple(dataset.transform)[:6],
            )
        alpha = _true_alpha(dataset)
        bands = tuple(band for band in dataset.indexes if band != alpha)
        yield Raster(path, dataset, grid, bands, alpha)


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    data = _data_file(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        try:
            dataset = DatasetReader(str(data.resolve()), driver=list(DRIVERS))
        except RasterioIOError as error:
            raise BadInput(
                Text("不是可以读取的影像", "this is not an image that can be read"),
                where=Where(file=str(path)),
                found=str(error).splitlines()[0],
                remedy=Text(
                    "请给出 GeoTIFF、ENVI、IMG、JP2 等影像文件；不接受 VRT 和网络地址",
                    "give an image file such as GeoTIFF, ENVI, IMG or JP2; no VRT, no network address",
                ),
            ) from error
        with dataset:
            _check_files(path, dataset)
            _check_limits(path, dataset)
            yield dataset


def _data_file(path: Path) -> Path:
    if not path.exists():
        raise BadInput(
            Text("找不到文件", "there is no such file"),
            where=Where(file=str(path)),
            remedy=Text("请检查路径", "check the path"),
        )
    if path.suffix.lower() != ".hdr":
        return path
    # QGIS and ENVI users pick the header; GDAL wants the file that it describes.
    stem = path.with_suffix("")
    for ending in ("", ".dat", ".img", ".bsq", ".bil", ".bip", ".raw", ".bin"):
        candidate = stem.with_name(stem.name + ending)
        if candidate.is_file():
            return candidate
    raise BadInput(
        Text("ENVI 头文件旁没有数据文件", "the ENVI header has no data file beside it"),
        where=Where(file=str(path)),
        remedy=Text("请把数据文件放在头文件旁边", "put the data file next to the header"),
    )


def _check_files(path: Path, dataset: Any) -> None:
    """A header may name its data: only beside itself, lest it draw in any file of this machine."""
    folder = path.resolve().parent
    outside = [name for name in dataset.files if not Path(name).resolve().is_relative_to(folder)]
    if outside:
        raise BadInput(
            Text("影像引用了所在文件夹之外的文件", "the image draws on files outside its folder"),
            where=Where(file=str(path)),
            found=", ".join(outside),
            remedy=Text("请导出为单个 GeoTIFF", "export it as one GeoTIFF"),
        )


def _check_limits(path: Path, dataset: Any) -> None:
    if dataset.count == 0:
        raise BadInput(
            Text("文件里没有直接的波段", "the file has no bands of its own"),
            where=Where(file=str(path)),
            found=", ".join(dataset.subdatasets) or None,
            remedy=Text(
                "请把需要的子数据集导出为 GeoTIFF", "export the subdataset that you need to a GeoTIFF"
            ),
        )
    if any(np.dtype(kind).kind not in "iuf" for kind in dataset.dtypes):
        raise BadInput(
            Text("像元必须是整数或实数", "pixels must be integers or real numbers"),
            where=Where(file=str(path)),
            found=", ".join(sorted(set(dataset.dtypes))),
        )
    height, width = dataset.block_shapes[0]
    together = dataset.count if dataset.profile.get("interleave") == "pixel" else 1
    block = height * width * together * np.dtype(dataset.dtypes[0]).itemsize
    if dataset.count > MAX_BANDS or block > MAX_BLOCK_BYTES:
        raise BadInput(
            Text("影像超出处理限度", "the image is beyond what is processed"),
            where=Where(file=str(path)),
            found=f"{dataset.count} bands, blocks of {height} × {width} pixels ({block} bytes)",
            remedy=Text(
                f"请改写为至多 {MAX_BANDS} 个波段的分块 GeoTIFF",
                f"rewrite it as a tiled GeoTIFF of at most {MAX_BANDS} bands",
            ),
        )


def check_size(raster: Raster) -> None:
    """Refuse a scene whose working arrays would not fit the stated memory."""
    pixels = raster.grid.height * raster.grid.width
    if pixels > MAX_PIXELS:
        raise BadInput(
            Text("前时相影像太大", "the image BEFORE is too large"),
            where=Where(file=str(raster.path)),
            found=f"{raster.grid.width} × {raster.grid.height} = {pixels} pixels",
            remedy=Text(
                f"请裁成至多 {MAX_PIXELS} 个像元的分幅，逐幅检测",
                f"cut it into sheets of at most {MAX_PIXELS} pixels and detect sheet by sheet",
            ),
        )


def _crs(path: Path, dataset: Any) -> pyproj.CRS:
    try:
        crs = pyproj.CRS.from_wkt(dataset.crs.to_wkt()) if dataset.crs else None
    except pyproj.exceptions.CRSError:
        crs = None
    if crs is None or crs.geodetic_crs is None:
        raise BadInput(
            Text("影像没有可用的坐标系，无法计算面积", "the image has no usable CRS, so no area can be told"),
            where=Where(file=str(path)),
            found="no CRS" if crs is None else crs.name,
            remedy=Text(
                "请先写入坐标系，例如 rio edit-info --crs EPSG:4545 影像.tif，再检测",
                "write the CRS into it first, for example: rio edit-info --crs EPSG:4545 IMAGE.tif",
            ),
        )
    return crs


def _true_alpha(dataset: Any) -> int | None:
    """The band that is truly a mask.

    GDAL names the fourth band of any 8-bit four-band TIFF "alpha", near infrared too; so the name counts
    only where the band holds nothing but nought and its maximum.
    """
    for band, kind in zip(dataset.indexes, dataset.colorinterp, strict=True):
        if kind is not ColorInterp.alpha or dataset.count == 1:
            continue
        size = (min(dataset.height, 512), min(dataset.width, 512))
        try:
            found = set(np.unique(dataset.read(band, out_shape=size)).tolist())
        except RasterioIOError as error:
            raise _damaged(Path(dataset.name), error) from error
        dtype = np.dtype(dataset.dtypes[band - 1])
        opaque = {255} if dtype.kind == "f" else {255, int(np.iinfo(dtype).max)}
        if found <= {0} | opaque and found & opaque:
            return int(band)
    return None


@dataclass(frozen=True)
class Pair:
    """Two rasters read on the grid of the first; `shift` moves AFTER in pixels of that grid.

    Pixel (column, row) of BEFORE is compared with AFTER at (column + right, row + down).
    """

    before: Raster
    after: Raster
    shift: tuple[float, float] = (0.0, 0.0)

    @property
    def grid(self) -> Grid:
        return self.before.grid

    def read(self, span: Span) -> tuple[Floats, Floats]:
        """Both sides of one window, (bands, height, width) float32, NaN where a side has no data."""
        return self.before.read(span), self.read_after(span)

    def read_after(self, span: Span) -> Floats:
        """AFTER on the grid of BEFORE, (bands, height, width) float32, NaN where it has no data."""
        if self.shift == (0.0, 0.0) and self.grid.same_as(self.after.grid):
            return self.after.read(span)
        target = self.grid.shifted(*self.shift)
        transform = target.transform @ Affine.translation(span.col, span.row)
        out = np.full((len(self.after.bands), span.height, span.width), np.nan, dtype=np.float32)
        source = span_under(self.after.grid, target.crs, transform, span)
        if source is None:
            return out
        if source.width * source.height * len(out) > MAX_SOURCE_VALUES and max(span.width, span.height) > 1:
            halves, axis = _halves(span)
            return np.concatenate([self.read_after(half) for half in halves], axis=axis)
        reproject(
            self.after.read(source), out,
            src_transform=self.after.grid.transform @ Affine.translation(source.col, source.row),
            src_crs=self.after.dataset.crs, src_nodata=np.nan,
            dst_transform=transform, dst_crs=self.before.dataset.crs, dst_nodata=np.nan,
            resampling=_kernel(source, span),
        )  # fmt: skip
        out[:, ~np.isfinite(out).all(axis=0)] = np.nan
        return out


def _halves(span: Span) -> tuple[tuple[Span, Span], int]:
    """Two halves of a window along its longer side, and the axis of (…, height, width) that joins them."""
    if span.height >= span.width:
        half = span.height // 2
        return (span._replace(height=half), span._replace(row=span.row + half, height=span.height - half)), -2
    half = span.width // 2
    return (span._replace(width=half), span._replace(col=span.col + half, width=span.width - half)), -1


def _kernel(source: Span, target: Span) -> Resampling:
    """Lanczos keeps what cubic would soften (measured: half the F1 lost to a shift of half a pixel).

    From finer pixels the area mean is what a coarser sensor would have seen.
    """
    finer = min(source.width / target.width, source.height / target.height) >= FINER
    return Resampling.average if finer else Resampling.lanczos


def span_under(source: Grid, crs: pyproj.CRS, transform: Affine, span: Span) -> Span | None:
    """The pixels of `source` under `span` of a grid of `crs` and `transform`; None when there are none."""
    steps = np.linspace(0, 1, 22)
    cols = np.concatenate([steps, steps, np.zeros(22), np.ones(22)]) * span.width
    rows = np.concatenate([np.zeros(22), np.ones(22), steps, steps]) * span.height
    x, y = _between(crs, source.crs, *_apply(transform, cols, rows))
    seen = np.isfinite(x) & np.isfinite(y)
    if not seen.any():
        return None
    cols, rows = _apply(~source.transform, x[seen], y[seen])
    left = max(0, math.floor(cols.min()) - WARP_MARGIN)
    top = max(0, math.floor(rows.min()) - WARP_MARGIN)
    right = min(source.width, math.ceil(cols.max()) + WARP_MARGIN)
    bottom = min(source.height, math.ceil(rows.max()) + WARP_MARGIN)
    return Span(left, top, right - left, bottom - top) if right > left and bottom > top else None


Coordinates = npt.NDArray[np.float64]


def _apply(transform: Affine, x: Coordinates, y: Coordinates) -> tuple[Coordinates, Coordinates]:
    return (
        transform.a * x + transform.b * y + transform.c,
        transform.d * x + transform.e * y + transform.f,
    )


def _between(
    source: pyproj.CRS, target: pyproj.CRS, x: Coordinates, y: Coordinates
) -> tuple[Coordinates, Coordinates]:
    """Coordinates of `source` in `target`, x (longitude) first in both; inf where there is no answer."""
    if source == target:
        return x, y
    out = pyproj.Transformer.from_crs(source, target, always_xy=True).transform(x, y)
    return np.asarray(out[0]), np.asarray(out[1])


def sample_at(raster: Raster, grid: Grid, span: Span) -> tuple[npt.NDArray[Any], Flags]:
    """Values of band 1 nearest to the centres of `span` of `grid`, and which centres the raster covers.

    The values are as stored: for a mask, nodata is a value like another.
    """
    cols, rows = np.meshgrid(np.arange(span.width) + 0.5, np.arange(span.height) + 0.5)
    transform = grid.transform @ Affine.translation(span.col, span.row)
    x, y = _between(grid.crs, raster.grid.crs, *_apply(transform, cols, rows))
    with np.errstate(invalid="ignore"):
        at_col, at_row = (np.floor(side + 1e-9) for side in _apply(~raster.grid.transform, x, y))
    covered = (at_col >= 0) & (at_col < raster.grid.width) & (at_row >= 0) & (at_row < raster.grid.height)
    values = np.zeros((span.height, span.width), dtype=raster.dataset.dtypes[0])
    if not covered.any():
        return values, covered
    left, top = int(at_col[covered].min()), int(at_row[covered].min())
    right, bottom = int(at_col[covered].max()) + 1, int(at_row[covered].max()) + 1
    if (right - left) * (bottom - top) > MAX_MASK_PIXELS and max(span.width, span.height) > 1:
        halves, axis = _halves(span)
        parts = [sample_at(raster, grid, half) for half in halves]
        values, covered = (np.concatenate(side, axis=axis) for side in zip(*parts, strict=True))
        return values, covered
    try:
        stored = raster.dataset.read(1, window=Window(left, top, right - left, bottom - top))
    except RasterioIOError as error:
        raise _damaged(raster.path, error) from error
    values[covered] = stored[at_row[covered].astype(int) - top, at_col[covered].astype(int) - left]
    return values, covered
