-- SPDX-License-Identifier: GPL-3.0-or-later
-- Published instruments.

-- name: instrument_put :exec
-- Publishes an instrument.
INSERT INTO instrument (id, version, sha256, published_at, canonical)
VALUES (:id, :version, :sha256, :published_at, :canonical);

-- name: instrument_sha256 :one
-- The hash under which a version was published.
-- columns: sha256
SELECT sha256 FROM instrument WHERE id = :id AND version = :version;

-- name: instrument_get :one
-- An instrument with its canonical form.
-- columns: id version sha256 published_at canonical
SELECT id, version, sha256, published_at, canonical
FROM instrument WHERE id = :id AND version = :version;

-- name: instrument_list :many
-- Every instrument, without its canonical form.
-- columns: id version sha256 published_at
SELECT id, version, sha256, published_at
FROM instrument ORDER BY id, published_at, version;
