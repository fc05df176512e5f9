#!/usr/bin/env bash
# Builds a package that depends on this one by version, and runs a short program with each library product.
#
#   Tests/consumer.sh            run by `make consumer`
#
# SwiftPM rejects a versioned dependency with unsafe flags in the closure of a product. The package here depends on a
# tag of a repository that holds a copy of the working tree. It takes about 90 seconds.
set -euo pipefail
cd "$(dirname "$0")/.."
version=0.0.1
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mkdir "$work/heartsense"
tar -cf - --exclude='./.build*' --exclude='./.venv*' --exclude=./.git --exclude=./runs . | tar -xf - -C "$work/heartsense"
git -C "$work/heartsense" init --quiet
git -C "$work/heartsense" add --all
git -C "$work/heartsense" -c user.name=consumer -c user.email=consumer@localhost commit --quiet --message "$version"
git -C "$work/heartsense" tag "$version"
products="Signals Imaging Digitization NeuralNetwork Classifiers ClassificationMetrics"

{
    echo '// swift-tools-version: 6.1'
    echo 'import PackageDescription'
    echo 'let package = Package('
    echo '    name: "Consumer",'
    echo "    dependencies: [.package(url: \"$work/heartsense\", exact: \"$version\")],"
    echo '    targets: ['
    for product in $products; do
        echo "        .executableTarget(name: \"Use$product\", dependencies: [.product(name: \"$product\", package: \"heartsense\")]),"
    done
    echo '    ],'
    echo '    swiftLanguageModes: [.v6]'
    echo ')'
} >"$work/Package.swift"

# Each program is the body of the product's test, which is the example in its documentation.
for product in $products; do
    folder="$work/Sources/Use$product"
    mkdir -p "$folder"
    awk '/^import / && !/Testing/ { print } /^    @Test/ { inside = 1; next } /^    }$/ { inside = 0 }
         inside && !/#expect/ && !/^ *\/\// { sub(/^        /, ""); print }' \
        "Tests/ProductTests/${product}ProductTests.swift" >"$folder/main.swift"
done

swift build --package-path "$work" 2>&1 | grep -E 'error|unsafe|Compiling Use|Build complete' || true
for product in $products; do
    echo "$product:"
    "$work/.build/debug/Use$product"
done
