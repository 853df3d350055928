-- +goose Up
-- Imports: which facts came with one and which it superseded, so that a whole import can be undone; and what its file and its answers were, sealed, until they are not needed.
ALTER TABLE division_fact ADD COLUMN import_id TEXT NOT NULL DEFAULT '';
ALTER TABLE division_fact ADD COLUMN superseded_import TEXT NOT NULL DEFAULT '';
ALTER TABLE organisation_fact ADD COLUMN import_id TEXT NOT NULL DEFAULT '';
ALTER TABLE organisation_fact ADD COLUMN superseded_import TEXT NOT NULL DEFAULT '';
ALTER TABLE field_fact ADD COLUMN import_id TEXT NOT NULL DEFAULT '';
ALTER TABLE field_fact ADD COLUMN superseded_import TEXT NOT NULL DEFAULT '';
ALTER TABLE term_fact ADD COLUMN import_id TEXT NOT NULL DEFAULT '';
ALTER TABLE term_fact ADD COLUMN superseded_import TEXT NOT NULL DEFAULT '';
ALTER TABLE person_fact ADD COLUMN import_id TEXT NOT NULL DEFAULT '';
ALTER TABLE person_fact ADD COLUMN superseded_import TEXT NOT NULL DEFAULT '';
ALTER TABLE affiliation ADD COLUMN import_id TEXT NOT NULL DEFAULT '';
ALTER TABLE affiliation ADD COLUMN superseded_import TEXT NOT NULL DEFAULT '';
ALTER TABLE membership ADD COLUMN import_id TEXT NOT NULL DEFAULT '';
ALTER TABLE membership ADD COLUMN superseded_import TEXT NOT NULL DEFAULT '';

CREATE TABLE directory_import (
    id           TEXT PRIMARY KEY,
    list         TEXT NOT NULL,
    committee_id TEXT NOT NULL DEFAULT '', -- '' for everything
    account      TEXT NOT NULL DEFAULT '',
    account_name TEXT NOT NULL DEFAULT '',
    file_name    TEXT NOT NULL DEFAULT '',
    state        TEXT NOT NULL,
    content      TEXT NOT NULL DEFAULT '', -- sealed
    choices      TEXT NOT NULL DEFAULT '', -- sealed
    result       TEXT NOT NULL DEFAULT '', -- sealed
    done         INTEGER NOT NULL DEFAULT 0,
    total        INTEGER NOT NULL DEFAULT 0,
    added        INTEGER NOT NULL DEFAULT 0,
    changed      INTEGER NOT NULL DEFAULT 0,
    ended        INTEGER NOT NULL DEFAULT 0,
    known        INTEGER NOT NULL DEFAULT 0,
    bad          INTEGER NOT NULL DEFAULT 0,
    created      BIGINT NOT NULL,
    stored       BIGINT NOT NULL DEFAULT 0,
    undone       BIGINT NOT NULL DEFAULT 0,
    undone_by    TEXT NOT NULL DEFAULT ''
);
CREATE INDEX directory_import_created ON directory_import (created);

CREATE TABLE directory_mapping (
    committee_id TEXT NOT NULL,
    list         TEXT NOT NULL,
    headings     TEXT NOT NULL, -- hash of the set of headings
    mapping      TEXT NOT NULL,
    account      TEXT NOT NULL,
    at           BIGINT NOT NULL,
    PRIMARY KEY (committee_id, list, headings)
);
-- +goose Down
DROP TABLE directory_mapping;
DROP TABLE directory_import;
ALTER TABLE membership DROP COLUMN superseded_import;
ALTER TABLE membership DROP COLUMN import_id;
ALTER TABLE affiliation DROP COLUMN superseded_import;
ALTER TABLE affiliation DROP COLUMN import_id;
ALTER TABLE person_fact DROP COLUMN superseded_import;
ALTER TABLE person_fact DROP COLUMN import_id;
ALTER TABLE term_fact DROP COLUMN superseded_import;
ALTER TABLE term_fact DROP COLUMN import_id;
ALTER TABLE field_fact DROP COLUMN superseded_import;
ALTER TABLE field_fact DROP COLUMN import_id;
ALTER TABLE organisation_fact DROP COLUMN superseded_import;
ALTER TABLE organisation_fact DROP COLUMN import_id;
ALTER TABLE division_fact DROP COLUMN superseded_import;
ALTER TABLE division_fact DROP COLUMN import_id;
