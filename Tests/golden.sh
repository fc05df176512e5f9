#!/usr/bin/env bash
# Compares the output of two builds, or one build with stored digests. `--help` explains the options.
#
# Each build creates the same data, trains, evaluates, predicts, searches, pretrains, serves and reports errors. All
# results become items: small files in two folders. `numbers` are for programs: scores, features, models, exit statuses,
# error codes, routes, the structure of files and pages. `sentences` are for people: messages, help, the texts of pages
# and mails. Times, ids, tokens, ports and paths are masked in both (Tests/Golden/masks.py).
#
# Results differ in the last bits by instruction set, by OpenBLAS kernel, and by the variant of exp and log that the C
# library takes on processors with FMA. All three are fixed to variants that every x86-64 server has. OpenBLAS divides
# matrices by the size of the cache for the kernels before Nehalem (Prescott, Core2, Opteron), for Nehalem always alike.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: Tests/golden.sh [--quick] OLD NEW
       Tests/golden.sh [--full] [--update] [--server FOLDER] --digests FILE NEW

Runs the programs of two builds and compares all results byte for byte; or compares one build with a file of digests.
OLD and NEW are folders with `heartsense` and `heartsense-server` in a checkout, such as .build/release. Experiments,
label spaces and weights come from the checkout around the folder. FOLDER:CHECKOUT names another checkout.

  --digests FILE  Compare with this file, which has a line per item.
  --update        Write the file instead (shows what changes).
  --full          Also compare dev-train → dev-test with the included network. Needs ../shared. Default with OLD NEW.
  --quick         Skip that.
  --keep FOLDER   Keep the files of the builds in this folder, which must not exist.
  --server FOLDER With --digests: heartsense-server of this folder, such as .build-tests/release.
  --last FOLDER   With --digests: items of the last run that passed, for showing lines that differ.

Items are of two kinds. `numbers`: scores, features, models, statuses, codes, routes, structure. `sentences`: words for
people. Exit status: 0 no difference, 1 a difference (each item with its first differing lines), 2 usage.

Examples:
  Tests/golden.sh ../old/.build/release .build/release
  Tests/golden.sh --digests Tests/Golden/digests.txt .build/release
TEXT
}

fail_usage() { echo "$1" >&2; echo "Tests/golden.sh --help explains its options." >&2; exit 2; }

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
shared="$here/../../shared/data/ecg-image-data"
digests="" update="" full="" keep="" last="" server=""
builds=()
while [ $# -gt 0 ]; do
    case "$1" in
        --help | -h) usage; exit 0 ;;
        --digests | --keep | --last | --server)
            [ $# -ge 2 ] || fail_usage "$1 needs a value."
            declare "${1#--}=$2"
            shift ;;
        --update) update=1 ;;
        --full) full=1 ;;
        --quick) full=0 ;;
        -*) fail_usage "Unknown option $1." ;;
        *) builds+=("$1") ;;
    esac
    shift
done
if [ -n "$digests" ]; then
    [ ${#builds[@]} = 1 ] || fail_usage "One build is compared with digests, found ${#builds[@]}."
    [ -f "$digests" ] || [ -n "$update" ] || fail_usage "$digests: no such file. --update writes it."
else
    [ ${#builds[@]} = 2 ] || fail_usage "Two builds are needed, found ${#builds[@]}."
    [ -z "$update$server$last" ] || fail_usage "--update, --server and --last go with --digests."
fi
: "${full:=$([ -n "$digests" ] && echo 0 || echo 1)}"

command -v python3 >/dev/null || fail_usage "python3 is missing."
for tool in h5dump h5diff; do
    command -v $tool >/dev/null || fail_usage "$tool is missing: apt-get install hdf5-tools"
done

if [ -n "$keep" ]; then
    [ ! -e "$keep" ] || fail_usage "$keep exists: choose another folder for --keep."
    mkdir -p "$keep"
    scratch="$(cd "$keep" && pwd)"
else
    scratch="$(mktemp -d)"
    trap 'rm -rf "$scratch"' EXIT
fi

# The same arithmetic on every x86-64 processor, and the same texts in every environment.
for name in $(compgen -e HEARTSENSE_ || true) NO_COLOR COLUMNS; do unset "$name"; done
export HEARTSENSE_INSTRUCTIONS=portable
export OPENBLAS_CORETYPE=Nehalem
export GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4
export TZ=UTC LC_ALL=C.UTF-8 TERM=dumb PYTHONDONTWRITEBYTECODE=1
# Figures are compared by the input of gnuplot.
export PATH="$here/Golden/bin:$PATH"

# The absolute path of a program.
program() {
    [ -x "$1" ] || fail_usage "$1: no such program. Build it first (swift build -c release)."
    echo "$(cd "$(dirname "$1")" && pwd)/$(basename "$1")"
}

# The programs of a build and its checkout, as absolute paths.
locate() {
    local folder="${1%%:*}"
    checkout=""
    case "$1" in *:*) checkout="${1#*:}" ;; esac
    heartsense="$(program "$folder/heartsense")"
    heartsense_server="$(program "${server:-$folder}/heartsense-server")"
    folder="$(dirname "$heartsense")"
    if [ -z "$checkout" ]; then
        checkout="$folder"
        until [ -f "$checkout/experiments/ci.yaml" ]; do
            [ "$checkout" != / ] || fail_usage "$folder: not inside a checkout. Write FOLDER:CHECKOUT."
            checkout="$(dirname "$checkout")"
        done
    fi
    [ -f "$checkout/experiments/ci.yaml" ] || fail_usage "$checkout: not a checkout (no experiments/ci.yaml)."
    checkout="$(cd "$checkout" && pwd)"
}

# Runs a step of a build. Its output is shown only if it fails.
run() {
    "$@" >"$work/last-step" 2>&1 && return
    echo "This failed with status $?: $*"
    tail -n 20 "$work/last-step"
    exit 1
}

heartsense() { run "$heartsense" "$@"; }
add() { python3 "$here/Golden/files.py" --items "$items" "$@"; }

# Writes whether two files are the same.
same() {
    mkdir -p "$(dirname "$items/numbers/$1")"
    if cmp -s "$2" "$3"; then echo same; else echo different; fi >"$items/numbers/$1"
}

# Runs everything with the programs of a build in a separate folder, and writes the items.
collect() {
    locate "$1"
    work="$2/work" items="$2/items"
    mkdir -p "$work/runs" "$items"
    cd "$work"
    ln -s "$checkout/experiments" "$checkout/datasets" "$checkout/weights" .
    local began=$SECONDS

    # experiments/ci.yaml as in `make gate`, and its features in a file.
    heartsense dataset synthesize --output runs/ci-data --as beats --per-class 60 --seed 7
    heartsense features runs/ci-data --weights random --seed 7 --cache off --output runs/ci-features.h5
    heartsense train experiments/ci.yaml --output runs/ci
    add ci runs/ci-data runs/ci-data/manifest.csv runs/ci-data/labels.yaml runs/ci-features.h5 runs/ci \
        runs/ci/{config.yaml,model.h5,predictions.csv,metrics.json,ec57.csv,report.html,model-card.md,summary.txt} \
        runs/ci/scores/*.csv runs/ci/plots/*.svg
    heartsense evaluate runs/ci/model.h5 runs/ci-data --cache off --bootstrap 100 --output runs/ci-evaluation
    add ci-evaluation runs/ci-evaluation/{predictions.csv,metrics.json,report.html}

    # The included network on the same pictures.
    heartsense train experiments/demo.yaml dataset.path=runs/ci-data extractor.cache=off evaluation.bootstrap=100 \
        --output runs/demo
    add demo runs/demo/{model.h5,predictions.csv,metrics.json}

    # A search and folds on the features.
    heartsense search experiments/ci.yaml dataset.path=runs/ci-features.h5 classifiers.ml-svm.C=1,5 \
        ensemble.vote=soft,hard search.folds=3 --output runs/search
    add search runs/search runs/search/{candidates.csv,best.yaml,search.json,search.svg,report.html}
    heartsense train experiments/ci.yaml dataset.path=runs/ci-features.h5 audit=off dataset.split=group-kfold \
        dataset.folds=3 --output runs/folds
    add folds runs/folds runs/folds/{model.h5,predictions.csv,metrics.json,report.html}

    # A small network, every classifier and every uncertainty rule; the same pictures perturbed.
    heartsense dataset synthesize --output runs/small-data --as beats --per-class 12 --seed 3
    heartsense train experiments/ci.yaml name=golden dataset.path=runs/small-data "${small[@]}" \
        uncertainty.rule=both uncertainty.maximum_disagreement=0.6 --output runs/small
    add small runs/small/{model.h5,predictions.csv,metrics.json,report.html,model-card.md}
    heartsense evaluate runs/small/model.h5 runs/small-data --cache off --bootstrap 0 --robustness \
        --output runs/small-evaluation
    add small-evaluation runs/small-evaluation/{robustness.json,report.html,robustness/*.csv,plots/*.svg}
    heartsense train experiments/ci.yaml name=golden dataset.path=runs/small-data "${small[@]}" audit=off \
        uncertainty.minimum_confidence=off uncertainty.false_alarms=off --output runs/certain
    add certain runs/certain/{model.h5,predictions.csv}

    # A model written by revision 4627fde: Tests/Golden/model.h5.xz, its runs/small/model.h5.
    python3 -c 'import lzma, sys; sys.stdout.buffer.write(lzma.open(sys.argv[1]).read())' "$here/Golden/model.h5.xz" \
        >runs/old-model.h5
    heartsense evaluate runs/old-model.h5 runs/small-data --cache off --bootstrap 0 --output runs/old-model
    add old-model runs/old-model/{predictions.csv,metrics.json}

    # One epoch of pretraining, and samples of its augmentation.
    pretraining=(pretrain experiments/pretrain-ecg.yaml dataset.path=runs/small-data dataset.validation=0.25
        schedule.epochs=1 schedule.epoch_images=64)
    heartsense "${pretraining[@]}" --output runs/pretraining
    heartsense "${pretraining[@]}" --preview runs/preview.svg
    add pretraining runs/pretraining runs/pretraining/{config.yaml,weights.h5,metrics.csv,model-card.md,plots/*.svg} \
        runs/preview.svg

    # Any number of threads gives the same bytes.
    for threads in 1 2; do
        export HEARTSENSE_THREADS=$threads
        heartsense features runs/small-data --weights random --cache off --output runs/threads-$threads.h5
        heartsense train experiments/ci.yaml dataset.path=runs/ci-features.h5 audit=off --output runs/threads-$threads
        heartsense "${pretraining[@]}" schedule.epoch_images=32 --output runs/threads-$threads-pretraining
        unset HEARTSENSE_THREADS
    done
    same threads/features runs/threads-{1,2}.h5
    same threads/model runs/threads-{1,2}/model.h5
    same threads/predictions runs/threads-{1,2}/predictions.csv
    same threads/pretraining runs/threads-{1,2}-pretraining/weights.h5

    heartsense dataset synthesize --output runs/leaking-data --as beats --per-class 20 --seed 5 --leaking
    python3 "$here/Golden/commands.py" --heartsense "$heartsense" --server "$heartsense_server" \
        --model runs/demo/model.h5 --small runs/small/model.h5 --items "$items"
    python3 "$here/Golden/answers.py" --server "$heartsense_server" --model runs/demo/model.h5 \
        --small runs/certain/model.h5 --pictures runs/ci-data --items "$items"

    if [ "$full" = 1 ] && [ -d "$scratch/data" ]; then
        ln -s "$scratch/data" data
        heartsense features data/dev-train --weights weights/mobilenetv2-ecg.h5 --cache runs/cache \
            --output runs/dev-train.h5
        heartsense train experiments/ecg-image-data.yaml dataset.path=data/dev-train extractor.cache=runs/cache \
            --output runs/dev
        heartsense features data/dev-test --weights weights/mobilenetv2-ecg.h5 --cache runs/cache \
            --output runs/dev-test.h5
        heartsense evaluate runs/dev/model.h5 data/dev-test --cache runs/cache --output runs/dev-evaluation
        add shared runs/dev-train.h5 runs/dev-test.h5 runs/dev/{model.h5,metrics.json}
        add shared-evaluation runs/dev-evaluation/{predictions.csv,metrics.json,report.html}
    fi
    echo "$heartsense: $((SECONDS - began)) seconds."
}

small=(extractor.alpha=0.05 preprocessing.size=96 balance.undersample_above=5 classifiers.mltsvm.C=0.5
    ensemble.vote=per-label)

if [ "$full" = 1 ]; then
    if [ -f "$shared/dev-train.tar" ] && [ -f "$shared/dev-test.tar" ]; then
        for part in dev-train dev-test; do
            mkdir -p "$scratch/data/$part"
            tar -xf "$shared/$part.tar" -C "$scratch/data/$part"
        done
    else
        echo "Skipped dev-train → dev-test: ../shared/data/ecg-image-data is missing."
        full=0
    fi
fi

if [ -n "$digests" ]; then
    (collect "${builds[0]}" "$scratch/new")
    python3 "$here/Golden/compare.py" digests "$digests" "$scratch/new/items" "${last:-$scratch/last}" \
        ${update:+--update} $([ "$full" = 0 ] || echo --full)
    exit
fi

(collect "${builds[0]}" "$scratch/old")
(collect "${builds[1]}" "$scratch/new")

# Separate items: the models compared by h5diff, without the attributes of the root (label texts, provenance).
for model in ci demo small certain folds dev; do
    old="$scratch/old/work/runs/$model/model.h5" new="$scratch/new/work/runs/$model/model.h5"
    [ -f "$old" ] && [ -f "$new" ] || continue
    for group in $(h5ls "$old" | awk '{ print $1 }'); do h5diff "$old" "$new" "/$group" "/$group" 2>&1 || true; done \
        | { grep -v -e '^Some objects are not comparable' -e '^Use -c' -e '^---' || true; } >"$scratch/h5diff"
    for side in old new; do mkdir -p "$scratch/$side/items/numbers/h5diff"; done
    : >"$scratch/old/items/numbers/h5diff/$model"
    cp "$scratch/h5diff" "$scratch/new/items/numbers/h5diff/$model"
done

# The old build's model in the new programs must give the same bytes as in the old ones.
(
    locate "${builds[1]}"
    work="$scratch/new/work"
    cd "$work"
    heartsense evaluate "$scratch/old/work/runs/ci/model.h5" runs/ci-data --cache off --bootstrap 0 \
        --output runs/crossed
    for side in old new; do mkdir -p "$scratch/$side/items/numbers/model-of-the-old-build"; done
    cp "$scratch/old/work/runs/ci-evaluation/predictions.csv" "$scratch/old/items/numbers/model-of-the-old-build/"
    cp runs/crossed/predictions.csv "$scratch/new/items/numbers/model-of-the-old-build/"
)
python3 "$here/Golden/compare.py" folders "$scratch/old/items" "$scratch/new/items"
