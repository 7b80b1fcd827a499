#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Stands in for the binary ($SSME_BINARY) in the end-to-end tests on PostgreSQL: gives each data
# folder a schema of its own at $SSME_POSTGRESQL.  A folder without its secret is a new one, so its
# schema begins empty.  With --address it says where the tables of the folder lie.
set -eu
folder=${SSME_DATA:-./ssme-data}
wanted=
asked=
for word; do
	if [ -n "$wanted" ]; then
		folder=$word
		wanted=
	fi
	case $word in
	--data) wanted=1 ;;
	--data=*) folder=${word#--data=} ;;
	--address)
		asked=yes
		continue
		;;
	--) break ;;
	esac
done
path=$(realpath -m -- "$folder")
schema=end_$(printf %s "$path" | sha256sum | cut -c1-32)
address="$SSME_POSTGRESQL&options=-csearch_path%3D$schema"
if [ -n "$asked" ]; then
	echo "$address"
	exit 0
fi
if [ ! -e "$path/ssme.key" ]; then
	PGOPTIONS='-c client_min_messages=error' psql -qX "$SSME_POSTGRESQL" \
		-c "DROP SCHEMA IF EXISTS $schema CASCADE" -c "CREATE SCHEMA $schema" >&2
fi
SSME_DB=$address
export SSME_DB
exec "$SSME_BINARY" "$@"
