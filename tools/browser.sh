#!/bin/sh
# Print the path of a Chromium. When none is installed and this runs as root with apt, install
# Debian's, with Chinese faces (system packages: called by `make test` and `make trust` only).
find_one() {
    for name in chromium chromium-browser google-chrome; do
        command -v "$name" && return 0
    done
    return 1
}
find_one && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    {
        echo "no Chromium here: installing chromium and fonts-noto-cjk with apt"
        apt-get update -q && apt-get install -q -y --no-install-recommends chromium fonts-noto-cjk
    } >&2
    find_one && exit 0
fi
echo "no Chromium: install one, with Chinese faces, or run as root on Debian; tests in a browser fail without it" >&2
exit 1
