-- SPDX-License-Identifier: GPL-3.0-or-later
-- Which transaction of a connection to a PostgreSQL server was the last that counts: one row a
-- connection that wrote.  A file needs none.
CREATE TABLE receipt (
	writer text NOT NULL PRIMARY KEY,
	number bigint NOT NULL CHECK (number >= 1),
	written_at text NOT NULL
);
