#!/usr/bin/env bash
# Checks HOPGRANT_PATHS: prints the findings, writes them as SARIF, and writes the job's summary with the picture of the hops.
set -euo pipefail

paths=()
while IFS= read -r path; do
	[ -z "$path" ] || paths+=("$path")
done <<<"${HOPGRANT_PATHS:-.}"

flags=()
[ -z "${HOPGRANT_FAIL_ON:-}" ] || flags+=(--fail-on "$HOPGRANT_FAIL_ON")
[ -z "${HOPGRANT_SEVERITY:-}" ] || flags+=(--severity "$HOPGRANT_SEVERITY")

format=${HOPGRANT_FORMAT:-github}
[ "$format" != text ] || echo "::add-matcher::$(dirname "$0")/matcher.json"

status=0
hopgrant check --skip-others --format "$format" "${flags[@]}" -- "${paths[@]}" || status=$?

sarif=$RUNNER_TEMP/hopgrant.sarif
if [ "$status" -le 1 ]; then
	hopgrant check --skip-others --format sarif "${flags[@]}" -- "${paths[@]}" >"$sarif" || [ $? -eq 1 ]
	{
		printf '## hopgrant\n\n```text\n'
		hopgrant check --skip-others --format text "${flags[@]}" -- "${paths[@]}" || true
		printf '```\n'
		# There is no picture of what holds nothing to check.
		if picture=$(hopgrant explain --format mermaid -- "${paths[@]}" 2>/dev/null); then
			printf '\n```mermaid\n%s\n```\n' "$picture"
		fi
	} >>"$GITHUB_STEP_SUMMARY"
	echo "sarif=$sarif" >>"$GITHUB_OUTPUT"
fi
echo "status=$status" >>"$GITHUB_OUTPUT"
exit "$status"
