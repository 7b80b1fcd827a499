-- SPDX-License-Identifier: GPL-3.0-or-later
-- Accepted answers that were annulled: the revision stays on record and does not count.
CREATE TABLE response_withdrawn (
	round text NOT NULL,
	form text NOT NULL,
	cluster text NOT NULL,
	company text NOT NULL,
	revision bigint NOT NULL,
	withdrawn_at text NOT NULL,
	PRIMARY KEY (round, form, cluster, company, revision)
);

-- The last revision of each, unless it was withdrawn.
DROP VIEW IF EXISTS response_current;
CREATE VIEW response_current AS
SELECT r.round, r.form, r.cluster, r.company, r.revision, r.import, r.n_warnings, r.n_unexplained, r.document
FROM response r
WHERE NOT EXISTS (
	SELECT 1 FROM response n
	WHERE n.round = r.round AND n.form = r.form AND n.cluster = r.cluster AND n.company = r.company
		AND n.revision = r.revision + 1
) AND NOT EXISTS (
	SELECT 1 FROM response_withdrawn w
	WHERE w.round = r.round AND w.form = r.form AND w.cluster = r.cluster AND w.company = r.company
		AND w.revision = r.revision
);
