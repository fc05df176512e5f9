#!/usr/bin/env bash
# Checks that the tests mirror the sources, and that no target or folder is too large to find one's way in.
#
#   Tests/mirror.sh              run by `make layering` from the root of the repository
#
# A test file's name, less "Tests", begins with the name of a source file in the mirrored folder. At most 25 files are
# in a folder and 80 in a target; fixtures do not count.
set -euo pipefail
cd "$(dirname "$0")/.."
failures=0
fail() { echo "$1"; failures=1; }

while IFS= read -r test; do
    relative="${test#Tests/}"
    target="${relative%%/*}"
    folder="Sources/${target%Tests}/$(dirname "${relative#*/}")"
    stem="$(basename "$test" Tests.swift)"
    found=no
    for source in "$folder"/*.swift; do
        [[ -e $source && $stem == "$(basename "$source" .swift)"* ]] && found=yes && break
    done
    [ $found = yes ] || fail "$test: no source file in $folder has a name that this one begins with."
done < <(find Tests -name '*Tests.swift' -path 'Tests/*Tests/*' -not -path 'Tests/ProductTests/*' | sort)

while IFS= read -r folder; do
    files=$(find "$folder" -maxdepth 1 -type f -not -name '.*' | wc -l)
    [ "$files" -le 25 ] || fail "$folder: $files files in one folder, at most 25 are allowed. Sort them into folders."
done < <(find Sources Tests Benchmarks -type d -not -path '*/Fixtures*' | sort)

for target in Sources/*/; do
    [ "$target" = Sources/C/ ] && continue
    files=$(find "$target" -type f -name '*.swift' | wc -l)
    [ "$files" -le 80 ] || fail "$target: $files source files, at most 80 are allowed. Split the target."
done
exit $failures
