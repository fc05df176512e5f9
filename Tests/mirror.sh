#!/usr/bin/env bash
# Checks that the tests mirror the sources, and that no target or folder has too many files.
#
#   Tests/mirror.sh              run by `make layering` from the root of the repository
#
# The name of a test file without "Tests" must start with the name of a source file in the mirrored folder. A folder has
# at most 25 files and a target 80; fixtures do not count.
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
    [ $found = yes ] || fail "$test: its name does not start with the name of a source file in $folder."
done < <(find Tests -name '*Tests.swift' -path 'Tests/*Tests/*' -not -path 'Tests/ProductTests/*' | sort)

while IFS= read -r folder; do
    files=$(find "$folder" -maxdepth 1 -type f -not -name '.*' | wc -l)
    [ "$files" -le 25 ] || fail "$folder: $files files in one folder, the limit is 25. Sort them into subfolders."
done < <(find Sources Tests Benchmarks -type d -not -path '*/Fixtures*' | sort)

for target in Sources/*/; do
    [ "$target" = Sources/C/ ] && continue
    files=$(find "$target" -type f -name '*.swift' | wc -l)
    [ "$files" -le 80 ] || fail "$target: $files source files, the limit is 80. Split the target."
done
exit $failures
