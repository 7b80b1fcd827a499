-- SPDX-License-Identifier: GPL-3.0-or-later
-- Accepted answers and how they came in.

-- name: import_last :one
-- Highest number of an import.
-- columns: id
SELECT coalesce(max(id), 0) AS id FROM import;

-- name: import_put :exec
-- Begins an import with the sums that it has until now.
INSERT INTO import (id, round, form, source, actor, imported_at, n_answers, n_new, n_warnings, n_unexplained)
VALUES (:id, :round, :form, :source, :actor, :imported_at, :n_answers, :n_new, :n_warnings, :n_unexplained);

-- name: import_add :exec
-- Adds one batch to the sums of an import.
UPDATE import SET n_answers = n_answers + :n_answers, n_new = n_new + :n_new,
	n_warnings = n_warnings + :n_warnings, n_unexplained = n_unexplained + :n_unexplained
WHERE id = :id;

-- name: import_sums :one
-- Number of current answers of a round and form, and their warnings.
-- columns: n_new n_warnings n_unexplained
SELECT CAST(coalesce(sum(n_new), 0) AS bigint) AS n_new,
	CAST(coalesce(sum(n_warnings), 0) AS bigint) AS n_warnings,
	CAST(coalesce(sum(n_unexplained), 0) AS bigint) AS n_unexplained
FROM import WHERE round = :round AND form = :form;

-- name: response_last :one
-- The last revision of one unit, and whether it counts no more.
-- columns: revision n_warnings n_unexplained withdrawn
SELECT revision, n_warnings, n_unexplained,
	CASE WHEN EXISTS (
		SELECT 1 FROM response_withdrawn w
		WHERE w.round = r.round AND w.form = r.form AND w.cluster = r.cluster
			AND w.company = r.company AND w.revision = r.revision
	) THEN 1 ELSE 0 END AS withdrawn
FROM response r
WHERE round = :round AND form = :form AND cluster = :cluster AND company = :company
ORDER BY revision DESC LIMIT 1;

-- name: response_withdraw :exec
-- A revision counts no more.
INSERT INTO response_withdrawn (round, form, cluster, company, revision, withdrawn_at)
VALUES (:round, :form, :cluster, :company, :revision, :now);

-- name: response_put :exec
-- Adds a revision.
INSERT INTO response (round, form, cluster, company, revision, import, n_warnings, n_unexplained, document)
VALUES (:round, :form, :cluster, :company, :revision, :import, :n_warnings, :n_unexplained, :document);

-- name: response_list :many
-- Current answers of a round and form.
-- columns: cluster company n_warnings n_unexplained document
SELECT cluster, company, n_warnings, n_unexplained, document FROM response_current
WHERE round = :round AND form = :form ORDER BY cluster, company;

-- name: response_get :one
-- The current answer of one unit.
-- columns: n_warnings n_unexplained document
SELECT n_warnings, n_unexplained, document FROM response_current
WHERE round = :round AND form = :form AND cluster = :cluster AND company = :company;

-- name: response_of_cluster :one
-- One row when a cluster, or a company of it, has answered.
-- columns: found
SELECT 1 AS found FROM response_current
WHERE round = :round AND form = :form AND cluster = :cluster LIMIT 1;

-- name: response_sums :many
-- What import_sums must say, counted from the answers themselves.
-- columns: round form n n_warnings n_unexplained
SELECT round, form, count(*) AS n, CAST(sum(n_warnings) AS bigint) AS n_warnings,
	CAST(sum(n_unexplained) AS bigint) AS n_unexplained
FROM response_current GROUP BY round, form ORDER BY round, form;
