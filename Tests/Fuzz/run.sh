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
    -I "$out")
for library in Sources/C/Libraries/*/; do flags+=(-I "$library"); done
echo 'module CSpawn { header "../Sources/C/Spawn/include/CSpawn.h" }' > "$out/module.modulemap"
[ "$out/CSpawn.o" -nt Sources/C/Spawn/CSpawn.c ] ||
    clang -O2 -D_GNU_SOURCE -I Sources/C/Spawn/include -c Sources/C/Spawn/CSpawn.c -o "$out/CSpawn.o"
objects=("$out/CSpawn.o")
inputs=()
module() { # NAME: a target's module, compiled if a source of it or of an earlier module is newer
    local files stale= file="$out/$1.o"
    mapfile -t files < <(find "Sources/$1" -name '*.swift' | sort)
    inputs+=("${files[@]}")
    for input in "${inputs[@]}"; do [ "$file" -nt "$input" ] || stale=yes; done
    [ -z "$stale" ] || swiftc "${flags[@]}" -module-name "$1" -emit-module \
        -emit-module-path "$out/$1.swiftmodule" -c "${files[@]}" -o "$file"
    objects+=("$file")
}
sources=("Tests/Fuzz/$target.swift")
length=4096
modules=(Files LinearAlgebra)
case "$target" in
png | jpeg)
    modules+=(Imaging)
    sources+=(Tests/Fuzz/checkPicture.swift)
    ;;
svg | words)
    modules+=(Imaging Processes Signals Digitization)
    length=32768
    ;;
csv | edf | gdf | xml)
    modules+=(Processes Signals RecordingFormats)
    sources+=(Tests/Fuzz/check.swift)
    ;;
*) modules+=(Signals) ;;
esac
for name in "${modules[@]}"; do module "$name"; done
swiftc "${flags[@]}" -module-name Fuzz "${sources[@]}" "${objects[@]}" -o "$out/fuzz-$target"
"$out/fuzz-$target" "$out/$target" "Tests/Fuzz/corpus/$target" -max_total_time="$seconds" -max_len="$length" -timeout=10 \
    -artifact_prefix="$out/$target-" -print_final_stats=1 "${@:3}"
