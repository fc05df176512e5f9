#!/usr/bin/env bash
# Runs every kernel in Sources/CKernels under the address and the undefined-behaviour sanitizer, on the portable path
# and on every path that this machine has. Drivers are found by their names, `<header>_driver.c`; the first finding
# ends it with a status other than 0.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=.build-sanitize
mkdir -p "$out/objects"
# The compiler that Swift brings has the sanitizers' libraries beside it.
clang="$(dirname "$(readlink -f "$(command -v swift)")")/clang"
[ -x "$clang" ] || clang=clang
flags=(-std=c17 -D_POSIX_C_SOURCE=200809L -O1 -g -ffp-contract=off -fno-math-errno -fno-omit-frame-pointer -Wall -Wextra -Werror
    -fsanitize=address,undefined -fno-sanitize-recover=all -ISources/CKernels/include -ISources/CKernels)

# Each file by itself, as many at a time as there are cores.
printf '%s\0' Sources/CKernels/*.c Tests/KernelSanitizers/*_driver.c \
    | xargs -0 -P "$(nproc)" -I{} sh -c 'exec "$0" "$@" -c {} -o "'"$out"'/objects/$(basename {} .c).o"' \
        "$clang" "${flags[@]}"
kernels=()
for file in Sources/CKernels/*.c; do kernels+=("$out/objects/$(basename "$file" .c).o"); done

for header in Sources/CKernels/include/*.h; do
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
