#!/usr/bin/env bash
# Packs the reference's golden data (a folder with data/ inputs/ models/ tokenizer/) into tests/data/golden/*.tar.xz, one archive
# a file so that none grows past 5 MB. The build unpacks them into build/<preset>/golden.
#   tests/data/pack_golden.sh GOLDEN_FOLDER
set -euo pipefail
from=$(cd "${1:?the golden folder}" && pwd)
to=$(cd "$(dirname "$0")" && pwd)/golden
mkdir -p "$to"
pack() { tar -C "$from" --owner=0 --group=0 --mode=u+w --mtime=2000-01-01 --sort=name -cf - "${@:2}" | xz -6 >"$to/$1.tar.xz"; }
pack models models
pack texts manifest.json README.md inputs tokenizer $(cd "$from" && ls data/*.json)
for f in "$from"/data/*.safetensors; do name=$(basename "$f" .safetensors); pack "$name" "data/$name.safetensors"; done
du -sh "$to"
