-- SPDX-License-Identifier: GPL-3.0-or-later
-- The register of clusters and their lineage.

-- name: cluster_put :exec
-- Adds a cluster or takes over what is new about it.
INSERT INTO cluster (id, name, department, sector, manager_kind, chamber, since, until, active)
VALUES (:id, :name, :department, :sector, :manager_kind, :chamber, :since, :until, :active)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, department = excluded.department,
	sector = excluded.sector, manager_kind = excluded.manager_kind, chamber = excluded.chamber,
	since = excluded.since, until = excluded.until, active = excluded.active;

-- name: cluster_list :many
-- The register as it stands.
-- columns: id name department sector manager_kind chamber since until active
SELECT id, name, department, sector, manager_kind, chamber, since, until, active
FROM cluster ORDER BY id;

-- name: cluster_get :one
-- One cluster of the register.
-- columns: id name department sector manager_kind chamber since until active
SELECT id, name, department, sector, manager_kind, chamber, since, until, active
FROM cluster WHERE id = :id;

-- name: lineage_put :exec
-- Adds a step of the lineage once.
INSERT INTO lineage (on_date, event, from_cluster, to_cluster)
VALUES (:on_date, :event, :from_cluster, :to_cluster)
ON CONFLICT (on_date, event, from_cluster, to_cluster) DO NOTHING;

-- name: lineage_list :many
-- The lineage in the order of its dates.
-- columns: on_date event from_cluster to_cluster
SELECT on_date, event, from_cluster, to_cluster
FROM lineage ORDER BY on_date, from_cluster, to_cluster, event;

-- name: round_cluster_keep :exec
-- Keeps the register for a round that is being frozen.
INSERT INTO round_cluster (round, id, name, department, sector, manager_kind, chamber, since, until, active)
SELECT :round, id, name, department, sector, manager_kind, chamber, since, until, active
FROM cluster;

-- name: round_lineage_keep :exec
-- Keeps the lineage for a round that is being frozen.
INSERT INTO round_lineage (round, on_date, event, from_cluster, to_cluster)
SELECT :round, on_date, event, from_cluster, to_cluster FROM lineage;

-- name: round_cluster_list :many
-- The register as it stood when the round was frozen.
-- columns: id name department sector manager_kind chamber since until active
SELECT id, name, department, sector, manager_kind, chamber, since, until, active
FROM round_cluster WHERE round = :round ORDER BY id;

-- name: round_lineage_list :many
-- The lineage as it stood when the round was frozen.
-- columns: on_date event from_cluster to_cluster
SELECT on_date, event, from_cluster, to_cluster
FROM round_lineage WHERE round = :round ORDER BY on_date, from_cluster, to_cluster, event;
