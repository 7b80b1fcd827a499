-- SPDX-License-Identifier: GPL-3.0-or-later
-- Threads on answers, points given a second time, and errata.

-- name: review_message_put :exec
-- Adds a message.
INSERT INTO review_message (round, form, cluster, company, number, question, item, kind, side,
	author, said_at, body)
VALUES (:round, :form, :cluster, :company, :number, :question, :item, :kind, :side, :author, :now, :body);

-- name: review_message_list :many
-- Everything said of a questionnaire, oldest first.
-- columns: number question item kind side author said_at body
SELECT number, question, item, kind, side, author, said_at, body FROM review_message
WHERE round = :round AND form = :form AND cluster = :cluster AND company = :company
ORDER BY number;

-- name: review_message_last :one
-- Number of the last message of a questionnaire.
-- columns: number
SELECT coalesce(max(number), 0) AS number FROM review_message
WHERE round = :round AND form = :form AND cluster = :cluster AND company = :company;

-- name: review_thread_last :one
-- What the last message about an answer was.
-- columns: kind
SELECT kind FROM review_message
WHERE round = :round AND form = :form AND cluster = :cluster AND company = :company
	AND question = :question AND item = :item
ORDER BY number DESC LIMIT 1;

-- name: review_thread_count :many
-- Open threads of a round by questionnaire, and those where the cluster spoke last.
-- columns: cluster company n_open n_answered
SELECT m.cluster, m.company, count(*) AS n_open,
	CAST(sum(CASE WHEN m.side = 'answers' THEN 1 ELSE 0 END) AS bigint) AS n_answered
FROM review_message m
WHERE m.round = :round AND m.form = :form AND m.kind = 'say'
	AND NOT EXISTS (
		SELECT 1 FROM review_message n
		WHERE n.round = m.round AND n.form = m.form AND n.cluster = m.cluster
			AND n.company = m.company AND n.question = m.question AND n.item = m.item
			AND n.number > m.number
	)
GROUP BY m.cluster, m.company ORDER BY m.cluster, m.company;

-- name: scoring_sample_put :exec
-- Draws a cluster into the sample; one that is in it stays as it was.
INSERT INTO scoring_sample (round, cluster, seed, drawn_at, drawn_by)
VALUES (:round, :cluster, :seed, :now, :author)
ON CONFLICT (round, cluster) DO NOTHING;

-- name: scoring_sample_list :many
-- The sample of a round.
-- columns: cluster seed drawn_at drawn_by
SELECT cluster, seed, drawn_at, drawn_by FROM scoring_sample WHERE round = :round ORDER BY cluster;

-- name: scoring_sample_get :one
-- One row when the cluster is in the sample.
-- columns: found
SELECT 1 AS found FROM scoring_sample WHERE round = :round AND cluster = :cluster;

-- name: scoring_last :one
-- Number of the last points that a person gave to an item.
-- columns: number
SELECT coalesce(max(number), 0) AS number FROM scoring
WHERE round = :round AND cluster = :cluster AND question = :question AND scorer = :scorer;

-- name: scoring_put :exec
-- Adds points.
INSERT INTO scoring (round, cluster, question, scorer, number, quarters, scored_at)
VALUES (:round, :cluster, :question, :scorer, :number, :quarters, :now);

-- name: scoring_list :many
-- The last points of each cluster, item and person.
-- columns: cluster question scorer quarters scored_at
SELECT s.cluster, s.question, s.scorer, s.quarters, s.scored_at FROM scoring s
WHERE s.round = :round AND (:cluster = '' OR s.cluster = :cluster)
	AND (:scorer = '' OR s.scorer = :scorer)
	AND NOT EXISTS (
		SELECT 1 FROM scoring n
		WHERE n.round = s.round AND n.cluster = s.cluster AND n.question = s.question
			AND n.scorer = s.scorer AND n.number = s.number + 1
	)
ORDER BY s.cluster, s.question, s.scorer;

-- name: erratum_last :one
-- Number of the last erratum of a round.
-- columns: number
SELECT coalesce(max(number), 0) AS number FROM erratum WHERE round = :round;

-- name: erratum_put :exec
-- Adds an erratum.
INSERT INTO erratum (round, number, form, cluster, company, question, item, reason, author, made_at,
	revision, data_before, data_after, value_before, value_after)
VALUES (:round, :number, :form, :cluster, :company, :question, :item, :reason, :author, :now,
	:revision, :data_before, :data_after, :value_before, :value_after);

-- name: erratum_list :many
-- The errata of a round.
-- columns: number form cluster company question item reason author made_at revision data_before data_after value_before value_after
SELECT number, form, cluster, company, question, item, reason, author, made_at, revision,
	data_before, data_after, value_before, value_after
FROM erratum WHERE round = :round ORDER BY number;

-- name: erratum_round :exec
-- The hash of the round's data as an erratum leaves them.
UPDATE round SET data_sha256 = :data_sha256 WHERE id = :id;
