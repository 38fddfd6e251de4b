#!/usr/bin/env bash
# Writes a 60 s, 1280x720, 25 fps H.264 clip into the cache from the sample videos of Debian's opencv-doc package.
set -euo pipefail
cache=${PEERS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/univi-peers}
out=$cache/clip720.mp4
[ -s "$out" ] && exit 0
mkdir -p "$cache"
src=$(dpkg -L opencv-doc | awk '/\/vtest\.avi(\.gz)?$/ && !n++')
[ -n "$src" ] || { echo "install opencv-doc first" >&2; exit 1; }
case $src in
  *.gz) gzip -dc "$src" >"$cache/vtest.avi" ;;
  *) cp "$src" "$cache/vtest.avi" ;;
esac
ffmpeg -v error -y -stream_loop -1 -i "$cache/vtest.avi" -t 60 -vf scale=1280:720,fps=25 -c:v libx264 -preset veryfast \
  -crf 23 -pix_fmt yuv420p "$out.part.mp4"
mv "$out.part.mp4" "$out"
