#!/bin/sh
# Fans a sweep out with GNU parallel: parallel.sh GRID MAP [PARTS] [options of parallel, such as --sshlogin host1,host2]
# Run it again after an interruption: finished cells stay in MAP.parts. Hosts need collapse-lab on their PATH
# and the folder in common.
set -eu
grid=$1
map=$2
parts=${3:-16}
shift $(($# < 3 ? $# : 3))
mkdir -p "$map.parts"
seq "$parts" | parallel "$@" --halt soon,fail=1 \
    collapse-lab sweep "$grid" --shard "{}/$parts" --threads 1 --quiet --resume --out "$map.parts/{}.json"
collapse-lab merge "$map".parts/*.json --out "$map"
rm -r "$map.parts"
