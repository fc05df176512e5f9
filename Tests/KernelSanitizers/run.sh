#!/usr/bin/env bash
# Runs every kernel in Sources/C/Kernels under the address and the undefined-behaviour sanitizer, on the portable path
# and on every path that this machine has. Drivers are found by their names, `<header>_driver.c`; the first finding
# ends it with a status other than 0.
set -euo pipefail
cd "$(dirname "$0")/../.."
sources=Sources/C/Kernels
out=.build-sanitize
mkdir -p "$out/objects"
# The compiler that Swift brings has the sanitizers' libraries beside it.
clang="$(dirname "$(readlink -f "$(command -v swift)")")/clang"
[ -x "$clang" ] || clang=clang
flags=(-std=c17 -D_POSIX_C_SOURCE=200809L -O1 -g -fno-omit-frame-pointer -Wall -Wextra -Werror
    -fsanitize=address,undefined -fno-sanitize-recover=all "-I$sources/include")

# A package that others use by version may not set the compiler's flags, so every file turns contraction off by itself:
# a sum of products has the same bits in every build.
for file in "$sources"/*/*.c; do
    grep -qx '#pragma STDC FP_CONTRACT OFF' "$file" || { echo "$file: #pragma STDC FP_CONTRACT OFF is missing"; exit 1; }
done

# Each file by itself, as many at a time as there are cores.
printf '%s\0' "$sources"/*/*.c Tests/KernelSanitizers/*_driver.c \
    | xargs -0 -P "$(nproc)" -I{} sh -c 'exec "$0" "$@" -c {} -o "'"$out"'/objects/$(basename {} .c).o"' \
        "$clang" "${flags[@]}"
kernels=()
for file in "$sources"/*/*.c; do kernels+=("$out/objects/$(basename "$file" .c).o"); done

for header in "$sources"/include/*.h; do
    name="$(basename "$header" .h)"
    [ "$name" = CKernels ] && continue
    if [ ! -f "Tests/KernelSanitizers/${name}_driver.c" ]; then
        echo "$name: compiled, but not run: there is no Tests/KernelSanitizers/${name}_driver.c"
        continue
    fi
    # Not with gold, which warns of each of the sanitizers' own symbols.
    "$clang" "${flags[@]}" -fuse-ld=lld "$out/objects/${name}_driver.o" "${kernels[@]}" -lm -o "$out/$name"
    "$out/$name"
done
