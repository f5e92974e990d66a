#!/usr/bin/env bash
# Puts a release of hopgrant, whose checksum is right, into the PATH of the steps that follow.
set -euo pipefail

releases=${HOPGRANT_RELEASES:-https://github.com/hopgrant/hopgrant/releases}
version=${HOPGRANT_VERSION:-latest}

case ${RUNNER_OS:-} in
Linux) os=linux suffix=tar.gz ;;
macOS) os=darwin suffix=tar.gz ;;
Windows) os=windows suffix=zip ;;
*) echo "::error::runner.os \"${RUNNER_OS:-}\": there is no release for it, want Linux, macOS or Windows" && exit 2 ;;
esac
case ${RUNNER_ARCH:-} in
X64) arch=amd64 ;;
ARM64) arch=arm64 ;;
*) echo "::error::runner.arch \"${RUNNER_ARCH:-}\": there is no release for it, want X64 or ARM64" && exit 2 ;;
esac
case $version in
latest) from=$releases/latest/download ;;
v[0-9]*) from=$releases/download/$version ;;
*) echo "::error::version \"$version\": it is no release, want latest or one such as v1.2.3" && exit 2 ;;
esac

folder=$RUNNER_TEMP/hopgrant
archive=hopgrant_${os}_$arch.$suffix
mkdir -p "$folder"
cd "$folder"
curl --fail --silent --show-error --location --retry 3 --remote-name "$from/$archive" --remote-name "$from/checksums.txt"

grep -E "^[0-9a-f]{64}  $archive\$" checksums.txt >checksum.txt || { echo "::error::$from/checksums.txt: it does not name $archive" && exit 3; }
if command -v sha256sum >/dev/null; then
	sha256sum --check --quiet checksum.txt
else
	shasum -a 256 --check --quiet checksum.txt
fi

case $suffix in
zip) unzip -qo "$archive" ;;
*) tar -xzf "$archive" ;;
esac
echo "$folder" >>"$GITHUB_PATH"
