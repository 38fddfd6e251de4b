#!/usr/bin/env bash
# Runs a program as two ranks of one thread each and prints the first one's output: ranks.sh PROGRAM [ARGUMENT…]
set -euo pipefail
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export WORLD_SIZE=2 LOCAL_WORLD_SIZE=2 MASTER_ADDR=127.0.0.1 MASTER_PORT=$port OMP_NUM_THREADS=1
RANK=1 LOCAL_RANK=1 "$@" >&2 &
second=$!
trap 'kill $second 2>/dev/null || true' EXIT
RANK=0 LOCAL_RANK=0 "$@"
wait $second
