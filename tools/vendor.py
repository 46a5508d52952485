"""Copy what the pages and documents need from node_modules into the git-ignored vendor folder.

Two origins: MapLibre (module, worker and style sheet, which must lie side by side) and
Noto Serif SC (two weights, the faces of documents when no 仿宋 is installed).
"""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "src/shoutu/platform/web/static/vendor"

MAPLIBRE = ("maplibre-gl.mjs", "maplibre-gl-worker.mjs", "maplibre-gl-shared.mjs", "maplibre-gl.css")
NOTO_SERIF = ("400Regular/NotoSerifSC_400Regular.ttf", "700Bold/NotoSerifSC_700Bold.ttf")


def main() -> None:
    shutil.rmtree(VENDOR, ignore_errors=True)
    (VENDOR / "fonts").mkdir(parents=True)
    for name in MAPLIBRE:
        shutil.copy(MODULES / "maplibre-gl/dist" / name, VENDOR / name)
    for name in NOTO_SERIF:
        shutil.copy(MODULES / "@expo-google-fonts/noto-serif-sc" / name, VENDOR / "fonts")


if __name__ == "__main__":
    main()
