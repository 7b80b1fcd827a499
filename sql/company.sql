-- SPDX-License-Identifier: GPL-3.0-or-later
-- Companies: what they authorised, which of them are one, and the end of what is personal.

-- name: consent_text_put :exec
-- Keeps a text of the authorisation as it was shown.
INSERT INTO consent_text (version, lang, sha256, words) VALUES (:version, :lang, :sha256, :words)
ON CONFLICT (version, lang, sha256) DO NOTHING;

-- name: consent_text_get :one
-- A text that somebody saw.
-- columns: words
SELECT words FROM consent_text WHERE version = :version AND lang = :lang AND sha256 = :sha256;

-- name: consent_last :one
-- Number of the last decision of a company.
-- columns: number
SELECT coalesce(max(number), 0) AS number FROM consent
WHERE round = :round AND cluster = :cluster AND company = :company;

-- name: consent_put :exec
-- Adds a decision.
INSERT INTO consent (round, cluster, company, number, deed, version, lang, sha256, channel, actor, decided_at)
VALUES (:round, :cluster, :company, :number, :deed, :version, :lang, :sha256, :channel, :actor, :decided_at);

-- name: consent_list :many
-- Decisions of a company, oldest first.
-- columns: deed version lang sha256 channel actor decided_at
SELECT deed, version, lang, sha256, channel, actor, decided_at FROM consent
WHERE round = :round AND cluster = :cluster AND company = :company ORDER BY number;

-- name: consent_tidy :many
-- Takes the decisions of rounds whose end lies long back.
-- columns: number
DELETE FROM consent WHERE round IN (SELECT id FROM round
	WHERE state IN ('frozen', 'published') AND frozen_at <> '' AND frozen_at < :before)
RETURNING number;

-- name: company_key_find :one
-- Who has a key in a round.
-- columns: company
SELECT company FROM company_key WHERE round = :round AND cluster = :cluster AND hash = :hash;

-- name: company_key_drop :exec
-- A company has no key any more.
DELETE FROM company_key WHERE round = :round AND cluster = :cluster AND company = :company;

-- name: company_key_put :exec
-- Gives a company its key.
INSERT INTO company_key (round, cluster, company, hash) VALUES (:round, :cluster, :company, :hash);

-- name: company_key_list :many
-- Every key, those of one company side by side, in the order of its rounds.
-- columns: hash round cluster company
SELECT hash, round, cluster, company FROM company_key ORDER BY hash, round, cluster, company;

-- name: personal_responses :many
-- Revisions of a form in a round that hold something sealed; company empty: of all of them.
-- columns: cluster company revision document
SELECT cluster, company, revision, document FROM response
WHERE round = :round AND form = :form AND document LIKE '%"sealed:%'
	AND (CAST(:cluster AS text) = '' OR cluster = :cluster)
	AND (CAST(:company AS text) = '' OR company = :company)
ORDER BY cluster, company, revision;

-- name: personal_response_erase :exec
-- A revision without what was personal in it.
UPDATE response SET document = :document
WHERE round = :round AND form = :form AND cluster = :cluster AND company = :company
	AND revision = :revision;

-- name: personal_changes_erase :many
-- What was typed into one personal question goes; that something was typed stays.
-- columns: number
UPDATE answer_change SET value = '{}', reason = ''
WHERE round = :round AND form = :form AND question = :question AND value <> '{}'
	AND (CAST(:cluster AS text) = '' OR cluster = :cluster)
	AND (CAST(:company AS text) = '' OR company = :company)
RETURNING number;

-- name: personal_round_hash :exec
-- A frozen round says the hash of what it holds now.
UPDATE round SET data_sha256 = :data_sha256 WHERE id = :id AND data_sha256 <> '';

-- name: personal_signatures_erase :many
-- Names under the forms of a round go.
-- columns: cluster
UPDATE questionnaire SET signed_by = '' WHERE round = :round AND signed_by <> '' RETURNING cluster;
