#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Stands in for the binary ($SSME_BINARY) in the end-to-end tests on PostgreSQL: gives each data
# folder a schema of its own at $SSME_POSTGRESQL.  A folder without its secret is a new one, so its
# schema begins empty.
set -eu
folder=${SSME_DATA:-./ssme-data}
wanted=
for word; do
	if [ -n "$wanted" ]; then
		folder=$word
		wanted=
	fi
	case $word in
	--data) wanted=1 ;;
	--data=*) folder=${word#--data=} ;;
	--) break ;;
	esac
done
path=$(realpath -m -- "$folder")
schema=end_$(printf %s "$path" | sha256sum | cut -c1-32)
if [ ! -e "$path/ssme.key" ]; then
	PGOPTIONS='-c client_min_messages=error' psql -qX "$SSME_POSTGRESQL" \
		-c "DROP SCHEMA IF EXISTS $schema CASCADE" -c "CREATE SCHEMA $schema" >&2
fi
SSME_DB="$SSME_POSTGRESQL&options=-csearch_path%3D$schema"
export SSME_DB
exec "$SSME_BINARY" "$@"
