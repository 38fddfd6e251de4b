#!/usr/bin/env bash
# Draws resources/docs/architecture.svg: the programs, the layers under them, and what passes between them.
set -euo pipefail
out=$(cd "$(dirname "$0")" && pwd)/architecture.svg
box() { # x y w h class title subtitle
  printf '<rect x="%s" y="%s" width="%s" height="%s" rx="10" class="%s"/>' "$1" "$2" "$3" "$4" "$5"
  printf '<text x="%s" y="%s" class="t">%s</text>' "$(($1 + $3 / 2))" "$(($2 + ($4 / 2) - 2))" "$6"
  printf '<text x="%s" y="%s" class="s">%s</text>\n' "$(($1 + $3 / 2))" "$(($2 + ($4 / 2) + 16))" "$7"
}
arrow() { printf '<path d="%s" class="a"/>' "$1"; [ $# -gt 1 ] && printf '<text x="%s" y="%s" class="l">%s</text>' "$2" "$3" "$4"; echo; }
{
  cat <<'S'
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 980 560" font-family="Inter, Noto Sans, sans-serif">
<defs><marker id="m" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" fill="#5b6472"/></marker></defs>
<style>.p{fill:#4f46e5}.p~.none{}.c{fill:#eef0ff;stroke:#a5a8f0}.g{fill:#f3f5f8;stroke:#c5ccd6}.o{fill:#fff7e8;stroke:#e3b766}.t{font-size:16px;font-weight:600;text-anchor:middle;fill:#1b1f27}.s{font-size:12px;text-anchor:middle;fill:#4a5261}.l{font-size:12px;fill:#4a5261;text-anchor:middle}.a{stroke:#5b6472;stroke-width:1.6;fill:none;marker-end:url(#m)}.h{font-size:12px;font-weight:600;fill:#5b6472}</style>
<rect width="980" height="560" fill="#ffffff"/>
S
  echo '<text x="20" y="38" class="h">PROGRAMS</text><text x="20" y="188" class="h">UI</text><text x="20" y="318" class="h">CORE</text>'
  box 110 20 190 64 c univi "the window (Qt, no Torch)"
  box 350 20 190 64 c univi-engine "the model, as a child"
  box 570 20 170 64 c univi-cli "without a window"
  box 770 20 190 64 c univi-train "training, as a child"
  box 110 170 190 64 g "ui" "session · chat · groups · …"
  box 110 300 190 64 g "core/protocol" "requests and events, JSON lines"
  box 350 170 390 64 g "core/session" "Engine · Conversation: the one door to the model"
  box 350 300 120 64 g "core/text" "SentencePiece"
  box 485 300 120 64 g "core/media" "FFmpeg, OpenCV"
  box 620 300 120 64 g "core/model" "LibTorch, CUDA"
  box 770 170 190 64 g "training/engine" "data · trainer · checkpoints"
  box 770 300 190 64 g "training/demo" "scenes and recipe"
  box 350 420 390 56 g "core/base" "errors · atomic files · zip, SHA-256 · paths"
  box 110 420 190 56 o "files from strangers" "safetensors, zip + pickle readers"
  arrow "M300 42H344" ; arrow "M350 64H306" 325 100 "JSON lines"
  arrow "M205 84V164"; arrow "M205 234V294"; arrow "M445 84V164"; arrow "M655 84V164"; arrow "M865 84V164"
  arrow "M410 234V294"; arrow "M545 234V294"; arrow "M680 234V294"; arrow "M350 220L306 300"
  arrow "M410 364V414"; arrow "M545 364V414"; arrow "M680 364V414"; arrow "M300 448H344"
  arrow "M770 215L746 300" ; arrow "M865 300V240"
  echo '<text x="490" y="530" class="l">Arrows point at what is used. The window links no Torch, FFmpeg or CUDA: what goes wrong with a model or a video ends a child, never the window.</text>'
  echo '</svg>'
} >"$out"
