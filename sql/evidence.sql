-- SPDX-License-Identifier: GPL-3.0-or-later
-- Evidence: files beside answers.

-- name: evidence_list :many
-- All of one questionnaire, those taken away too.
-- columns: number question item name kind sha256 n_bytes author added_at removed_by removed_at
SELECT number, question, item, name, kind, sha256, n_bytes, author, added_at, removed_by, removed_at
FROM evidence
WHERE round = :round AND form = :form AND cluster = :cluster AND company = :company
ORDER BY number;

-- name: evidence_put :exec
-- Puts a file beside an answer.
INSERT INTO evidence (round, form, cluster, company, number, question, item, name, kind, sha256,
	n_bytes, author, added_at, removed_by, removed_at)
VALUES (:round, :form, :cluster, :company, :number, :question, :item, :name, :kind, :sha256,
	:n_bytes, :author, :now, '', '');

-- name: evidence_remove :exec
-- Takes it away from there.
UPDATE evidence SET removed_by = :author, removed_at = :now
WHERE round = :round AND form = :form AND cluster = :cluster AND company = :company
	AND number = :number;

-- name: evidence_mentions :one
-- How many answers still have the file beside them.
-- columns: n
SELECT count(*) AS n FROM evidence WHERE sha256 = :sha256 AND removed_at = '';

-- name: evidence_file_get :one
-- A file without its bytes.
-- columns: n_bytes n_pieces
SELECT n_bytes, n_pieces FROM evidence_file WHERE sha256 = :sha256;

-- name: evidence_file_put :exec
-- A new file, before its pieces.
INSERT INTO evidence_file (sha256, n_bytes, n_pieces) VALUES (:sha256, :n_bytes, :n_pieces);

-- name: evidence_file_drop :exec
-- Drops a file whose pieces are gone.
DELETE FROM evidence_file WHERE sha256 = :sha256;

-- name: evidence_piece_put :exec
-- One piece, base 64.
INSERT INTO evidence_piece (sha256, number, content) VALUES (:sha256, :number, :content);

-- name: evidence_piece_list :many
-- The pieces of a file, in their order.
-- columns: content
SELECT content FROM evidence_piece WHERE sha256 = :sha256 ORDER BY number;

-- name: evidence_piece_drop :exec
-- Drops the pieces of a file.
DELETE FROM evidence_piece WHERE sha256 = :sha256;
