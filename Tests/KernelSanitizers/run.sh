#!/usr/bin/env bash
# Runs every kernel in Sources/C/Kernels under the address and undefined behavior sanitizers, with every instruction set
# of this machine. Drivers are named `<header>_driver.c`. The first error ends the script with a nonzero status.
set -euo pipefail
cd "$(dirname "$0")/../.."
sources=Sources/C/Kernels
out=.build-sanitize
mkdir -p "$out/objects"
# Swift's clang includes the sanitizer libraries.
clang="$(dirname "$(readlink -f "$(command -v swift)")")/clang"
[ -x "$clang" ] || clang=clang
flags=(-std=c17 -D_POSIX_C_SOURCE=200809L -O1 -g -fno-omit-frame-pointer -Wall -Wextra -Werror
    -fsanitize=address,undefined -fno-sanitize-recover=all "-I$sources/include")

# A package that is used by version must not set compiler flags. Every file therefore disables contraction, so that sums
# of products have the same bits in every build.
for file in "$sources"/*/*.c; do
    grep -qx '#pragma STDC FP_CONTRACT OFF' "$file" || { echo "$file: #pragma STDC FP_CONTRACT OFF is missing"; exit 1; }
done

# Compiles the files in parallel on all cores.
printf '%s\0' "$sources"/*/*.c Tests/KernelSanitizers/*_driver.c \
    | xargs -0 -P "$(nproc)" -I{} sh -c 'exec "$0" "$@" -c {} -o "'"$out"'/objects/$(basename {} .c).o"' \
        "$clang" "${flags[@]}"
kernels=()
for file in "$sources"/*/*.c; do kernels+=("$out/objects/$(basename "$file" .c).o"); done

# Links and runs the drivers, also in parallel.
for header in "$sources"/include/*.h; do
    name="$(basename "$header" .h)"
    [ "$name" = CKernels ] && continue
    if [ -f "Tests/KernelSanitizers/${name}_driver.c" ]; then
        printf '%s\0' "$name"
    else
        echo "$name: compiled but not run, because Tests/KernelSanitizers/${name}_driver.c is missing" >&2
    fi
done | xargs -0 -P "$(nproc)" -I{} sh -c '
    # Not with gold, which warns of each of the sanitizers'"'"' own symbols.
    out="$1" kernels="$2" clang="$3"; shift 3
    "$clang" "$@" -fuse-ld=lld "$out/objects/$0_driver.o" $kernels -lm -o "$out/$0" && "$out/$0"' \
    {} "$out" "${kernels[*]}" "$clang" "${flags[@]}"
