#!/usr/bin/env bash
# cargo 1.95.0: an override for the package itself undoes `strip = "symbols"` of its profile.
#
# A profile says strip = "symbols". Adding [profile.release.package.NAME] opt-level = "s" for the package that is built
# makes cargo pass `-C strip=debuginfo` to rustc instead of `-C strip=symbols`: the binary keeps its symbol table, and
# nothing is reported. An override of a dependency, or the same opt-level in the profile itself, leaves strip alone.
# The reference says that overrides may not set strip; it does not say that having one changes it.
#
# Expected: symbols, symbols, symbols.  Seen with cargo 1.95.0: symbols, debuginfo, symbols.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cargo --version

# What cargo tells rustc to strip, with these lines added to the profile.
strip_with() {
  rm -rf stripped
  cargo init --quiet --vcs none --name stripped stripped
  (
    cd stripped
    printf 'itoa = "=1.0.15"\n\n[profile.release]\nstrip = "symbols"\n%b' "$1" >>Cargo.toml
    cargo build --release --verbose 2>&1 | grep -- '--crate-name stripped' | grep -o 'strip=[a-z]*' | cut -d= -f2
  )
}

plain=$(strip_with '')
own=$(strip_with '\n[profile.release.package]\nstripped.opt-level = "s"\n')
other=$(strip_with 'opt-level = "s"\n\n[profile.release.package]\nitoa.opt-level = 3\n')
echo "without override: $plain; override of the package itself: $own; override of a dependency: $other"
[ "$plain $own $other" = "symbols debuginfo symbols" ]
