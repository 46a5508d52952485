"""Opening rasters: what is refused, and that it is said in words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
import rasterio.shutil

from shoutu.errors import BadInput
from shoutu.imagery import scene
from tests.imagery.made import ground, write


def refusal(path: Path) -> BadInput:
    with pytest.raises(BadInput) as caught, scene.session(), scene.open_raster(path):
        pass
    assert caught.value.where.file == str(path)
    return caught.value


def test_missing_empty_and_foreign_files(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "missing.tif").what.en
    (tmp_path / "empty.tif").touch()
    refusal(tmp_path / "empty.tif")
    (tmp_path / "text.tif").write_text("not an image")
    refusal(tmp_path / "text.tif")


def test_a_vrt_is_not_followed(tmp_path: Path) -> None:
    source = write(tmp_path / "a.tif", ground(20, 20, 1).astype(np.uint8))
    vrt = tmp_path / "a.vrt"
    vrt.write_text(
        '<VRTDataset rasterXSize="20" rasterYSize="20"><VRTRasterBand dataType="Byte" band="1">'
        f"<SimpleSource><SourceFilename>{source}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>"
    )
    assert "VRT" in refusal(vrt).remedy.en  # type: ignore[union-attr]


def test_names_that_gdal_would_interpret(tmp_path: Path) -> None:
    for name in ("/vsicurl/http://127.0.0.1:9/a.tif", "NETCDF:a.nc:b", "zip+file://a.zip!a.tif"):
        assert "no such file" in refusal(Path(name)).what.en


def test_a_header_may_not_name_data_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    data = tmp_path / "secret" / "data.raw"
    data.write_bytes(bytes(100))
    folder = tmp_path / "sent"
    folder.mkdir()
    header = folder / "image.lbl"
    header.write_text(
        "PDS_VERSION_ID = PDS3\nRECORD_TYPE = FIXED_LENGTH\nRECORD_BYTES = 10\nFILE_RECORDS = 10\n"
        '^IMAGE = "../secret/data.raw"\nOBJECT = IMAGE\n LINES = 10\n LINE_SAMPLES = 10\n'
        " SAMPLE_TYPE = UNSIGNED_INTEGER\n SAMPLE_BITS = 8\nEND_OBJECT = IMAGE\nEND\n"
    )
    refusal(header)


def test_no_crs_names_the_way_out(tmp_path: Path) -> None:
    error = refusal(write(tmp_path / "a.tif", ground(20, 20, 1).astype(np.uint8), crs=None))
    assert error.remedy is not None
    assert "edit-info" in error.remedy.en


def test_complex_pixels_are_refused(tmp_path: Path) -> None:
    assert "complex64" in str(
        refusal(write(tmp_path / "a.tif", np.ones((1, 9, 9), dtype=np.complex64))).found
    )


def test_limits_are_checked_before_pixels_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.tif", ground(20, 20, 3).astype(np.uint8))
    monkeypatch.setattr(scene, "MAX_BLOCK_BYTES", 100)
    assert "blocks" in str(refusal(path).found)
    monkeypatch.undo()
    monkeypatch.setattr(scene, "MAX_PIXELS", 399)
    with scene.session(), scene.open_raster(path) as raster, pytest.raises(BadInput):
        scene.check_size(raster)


def test_a_cut_file_is_called_damaged(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tif", ground(300, 300, 3).astype(np.uint16))
    path.write_bytes(path.read_bytes()[:100_000])
    with scene.session(), scene.open_raster(path) as raster, pytest.raises(BadInput, match="damaged"):
        raster.read(scene.Span(0, 0, 300, 300))


def test_an_envi_header_stands_for_its_data(tmp_path: Path) -> None:
    write(tmp_path / "a.img", ground(20, 20, 2).astype(np.uint8), driver="ENVI")
    with scene.session(), scene.open_raster(tmp_path / "a.hdr") as raster:
        assert raster.bands == (1, 2)
    (tmp_path / "a.img").unlink()
    assert "header" in refusal(tmp_path / "a.hdr").what.en


@pytest.mark.parametrize(("driver", "ending"), [("HFA", "img"), ("JP2OpenJPEG", "jp2"), ("PNG", "png")])
def test_other_formats_open(tmp_path: Path, driver: str, ending: str) -> None:
    source = write(tmp_path / "a.tif", ground(64, 64, 3).astype(np.uint8))
    path = tmp_path / f"a.{ending}"
    with rasterio.open(source) as tif:
        rasterio.shutil.copy(tif, path, driver=driver)
    with scene.session(), scene.open_raster(path) as raster:
        assert raster.read(scene.Span(0, 0, 64, 64)).shape == (3, 64, 64)
