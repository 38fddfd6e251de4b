#!/usr/bin/env bash
# Makes the peers' virtual environment in $PEERS_VENV from PyPI: about 8 GB, and llama.cpp is compiled (10 to 30 minutes).
set -euo pipefail
: "${PEERS_VENV:?name the folder of the virtual environment}"
[ -x "$PEERS_VENV/bin/python" ] || python3 -m venv "$PEERS_VENV"
get() { "$PEERS_VENV/bin/python" -m pip install -q "$@"; }
get torch==2.11.0
get transformers==5.23.0 accelerate safetensors sentencepiece gguf==0.19.0 ctranslate2==4.8.5 av==18.1.0 \
  opencv-python-headless eva-decord==0.6.1 pillow psutil
CMAKE_ARGS="-DGGML_NATIVE=ON" get --no-cache-dir llama-cpp-python==0.3.36
DS_BUILD_OPS=0 DS_ACCELERATOR=cpu get deepspeed==0.19.8
