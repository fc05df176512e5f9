#!/usr/bin/env bash
# Fuzzes a reader of files with libFuzzer, under the address sanitizer.
#   Tests/Fuzz/run.sh TARGET [SECONDS [LIBFUZZER-OPTION...]]
# TARGET is the name of a folder in Tests/Fuzz/corpus: header, annotations or signals. The corpus is not changed:
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
flags=(-O -parse-as-library -wmo -swift-version 6 -package-name HeartSense -sanitize=fuzzer,address)
swiftc "${flags[@]}" -module-name Files -emit-module -emit-module-path "$out/Files.swiftmodule" \
    -c Sources/Files/{AtomicFile,FileContent,FileError}.swift -o "$out/Files.o"
recording="$(find Sources/Signals -name Recording.swift)"
swiftc "${flags[@]}" -module-name Fuzz -I "$out" -I Sources/C/Libraries/CFLAC \
    Sources/Signals/WFDB/*.swift "$recording" "Tests/Fuzz/$target.swift" "$out/Files.o" -o "$out/fuzz-$target"
"$out/fuzz-$target" "$out/$target" "Tests/Fuzz/corpus/$target" -max_total_time="$seconds" -max_len=4096 -timeout=10 \
    -artifact_prefix="$out/$target-" -print_final_stats=1 "${@:3}"
