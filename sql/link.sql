-- SPDX-License-Identifier: GPL-3.0-or-later
-- Personal links.

-- name: link_put :exec
-- Makes a link.
INSERT INTO personal_link (id, hash, role, round, cluster, area, company, person, created_at,
	created_by, expires_at, revoked_at, seen_at)
VALUES (:id, :hash, :role, :round, :cluster, :area, :company, :person, :created_at, :created_by,
	:expires_at, '', '');

-- name: link_find :one
-- A link that still lets in.
-- columns: id hash role round cluster area company person created_at created_by expires_at revoked_at seen_at
SELECT id, hash, role, round, cluster, area, company, person, created_at, created_by, expires_at,
	revoked_at, seen_at
FROM personal_link WHERE hash = :hash AND revoked_at = '' AND expires_at > :now;

-- name: link_get :one
-- A link by its number.
-- columns: id hash role round cluster area company person created_at created_by expires_at revoked_at seen_at
SELECT id, hash, role, round, cluster, area, company, person, created_at, created_by, expires_at,
	revoked_at, seen_at
FROM personal_link WHERE id = :id;

-- name: link_list :many
-- Links of a round, newest first.
-- columns: id hash role round cluster area company person created_at created_by expires_at revoked_at seen_at
SELECT id, hash, role, round, cluster, area, company, person, created_at, created_by, expires_at,
	revoked_at, seen_at
FROM personal_link WHERE round = :round ORDER BY id DESC;

-- name: link_list_all :many
-- Every link, newest first.
-- columns: id hash role round cluster area company person created_at created_by expires_at revoked_at seen_at
SELECT id, hash, role, round, cluster, area, company, person, created_at, created_by, expires_at,
	revoked_at, seen_at
FROM personal_link ORDER BY id DESC;

-- name: link_touch :exec
-- Somebody came by it.
UPDATE personal_link SET seen_at = :seen_at WHERE id = :id;

-- name: link_revoke :exec
-- It lets nobody in from now on.
UPDATE personal_link SET revoked_at = :revoked_at WHERE id = :id;

-- name: link_tidy_sessions :many
-- Ends the sessions of links that were over long ago.
-- columns: id
DELETE FROM session WHERE link IN (SELECT id FROM personal_link
	WHERE expires_at < :before OR (revoked_at <> '' AND revoked_at < :before)) RETURNING id;

-- name: link_tidy :many
-- Takes links that were over long ago.
-- columns: id
DELETE FROM personal_link
WHERE expires_at < :before OR (revoked_at <> '' AND revoked_at < :before) RETURNING id;
