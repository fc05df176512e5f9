#!/usr/bin/env bash
# Fuzzes a reader of files with libFuzzer, under the address sanitizer.
#   Tests/Fuzz/run.sh TARGET [SECONDS [LIBFUZZER-OPTION...]]
# TARGET is the name of a folder in Tests/Fuzz/corpus, for example header. The corpus is not changed:
# what is found goes to .build-fuzz/TARGET, and an input that fails to .build-fuzz/TARGET-*.
set -euo pipefail
cd "$(dirname "$0")/../.."
target="${1:-}"
if [ ! -d "Tests/Fuzz/corpus/$target" ] || [ -z "$target" ]; then
    echo "usage: Tests/Fuzz/run.sh TARGET [SECONDS [LIBFUZZER-OPTION...]]; TARGET is one of: $(ls Tests/Fuzz/corpus | xargs)" >&2
    exit 2
fi
seconds="${2:-60}"
out=.build-fuzz
mkdir -p "$out/$target"
flags=(-O -parse-as-library -wmo -swift-version 6 -package-name HeartSense -enable-testing -sanitize=fuzzer,address
    -I "$out" -I Sources/C/Libraries/CFLAC)
echo 'module CSpawn { header "../Sources/C/Spawn/include/CSpawn.h" }' > "$out/module.modulemap"
clang -O2 -D_GNU_SOURCE -I Sources/C/Spawn/include -c Sources/C/Spawn/CSpawn.c -o "$out/CSpawn.o"
objects=("$out/CSpawn.o")
module() { # NAME SOURCE...
    local name="$1"
    shift
    swiftc "${flags[@]}" -module-name "$name" -emit-module -emit-module-path "$out/$name.swiftmodule" \
        -c "$@" -o "$out/$name.o"
    objects+=("$out/$name.o")
}
module Files Sources/Files/{AtomicFile,FileContent,FileError,FileKind}.swift
module Signals Sources/Signals/WFDB/*.swift Sources/Signals/{Recording,StoredSamples}.swift \
    Sources/Signals/Beats/SampleSource.swift
sources=("Tests/Fuzz/$target.swift")
case "$target" in
csv | edf | gdf | xml)
    module Processes Sources/Processes/*.swift
    module RecordingFormats Sources/RecordingFormats/*.swift
    sources+=(Tests/Fuzz/check.swift)
    ;;
esac
swiftc "${flags[@]}" -module-name Fuzz "${sources[@]}" "${objects[@]}" -o "$out/fuzz-$target"
"$out/fuzz-$target" "$out/$target" "Tests/Fuzz/corpus/$target" -max_total_time="$seconds" -max_len=4096 -timeout=10 \
    -artifact_prefix="$out/$target-" -print_final_stats=1 "${@:3}"
