-- +goose Up
-- Identity is a UUID; what is true of it from one day to another stands in a *_fact row: valid_from and valid_to are civil dates
-- [from, to), '' as valid_to means open. recorded and superseded are instants (microseconds): a correction supersedes a fact and adds another.
CREATE TABLE division_fact (
    id          TEXT PRIMARY KEY,
    division_id TEXT NOT NULL,
    code        TEXT NOT NULL DEFAULT '',
    name_zh     TEXT NOT NULL,
    name_en     TEXT NOT NULL DEFAULT '',
    level       TEXT NOT NULL,
    parent_id   TEXT NOT NULL DEFAULT '',
    lon         DOUBLE PRECISION NOT NULL DEFAULT 0,
    lat         DOUBLE PRECISION NOT NULL DEFAULT 0,
    valid_from  TEXT NOT NULL,
    valid_to    TEXT NOT NULL DEFAULT '',
    recorded    BIGINT NOT NULL,
    recorded_by TEXT NOT NULL DEFAULT '',
    superseded  BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX division_fact_of ON division_fact (division_id, superseded);

CREATE TABLE organisation_fact (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    kind            TEXT NOT NULL,
    name_zh         TEXT NOT NULL,
    name_en         TEXT NOT NULL DEFAULT '',
    level           TEXT NOT NULL,
    division_id     TEXT NOT NULL DEFAULT '',
    parent_id       TEXT NOT NULL DEFAULT '',
    code            TEXT NOT NULL DEFAULT '',
    valid_from      TEXT NOT NULL,
    valid_to        TEXT NOT NULL DEFAULT '',
    recorded        BIGINT NOT NULL,
    recorded_by     TEXT NOT NULL DEFAULT '',
    superseded      BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX organisation_fact_of ON organisation_fact (organisation_id, superseded);

CREATE TABLE field_fact (
    id         TEXT PRIMARY KEY,
    field_id   TEXT NOT NULL,
    path       TEXT NOT NULL,
    name_zh    TEXT NOT NULL,
    name_en    TEXT NOT NULL DEFAULT '',
    parent_id  TEXT NOT NULL DEFAULT '',
    position   INTEGER NOT NULL DEFAULT 0,
    valid_from TEXT NOT NULL,
    valid_to   TEXT NOT NULL DEFAULT '',
    recorded   BIGINT NOT NULL,
    recorded_by TEXT NOT NULL DEFAULT '',
    superseded BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX field_fact_path ON field_fact (path) WHERE superseded = 0 AND valid_to = '';

CREATE TABLE person_fact (
    id          TEXT PRIMARY KEY,
    person_id   TEXT NOT NULL,
    name        TEXT NOT NULL,
    sex         TEXT NOT NULL DEFAULT '',
    birth_year  INTEGER NOT NULL DEFAULT 0,
    phone       TEXT NOT NULL DEFAULT '', -- encrypted
    phone_index TEXT NOT NULL DEFAULT '', -- keyed hash, for exact search
    identity       TEXT NOT NULL DEFAULT '', -- encrypted
    identity_index TEXT NOT NULL DEFAULT '',
    recorded    BIGINT NOT NULL,
    recorded_by TEXT NOT NULL DEFAULT '',
    superseded  BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX person_fact_of ON person_fact (person_id, superseded);
CREATE INDEX person_fact_name ON person_fact (name, superseded);
CREATE INDEX person_fact_phone ON person_fact (phone_index) WHERE phone_index <> '';
CREATE INDEX person_fact_identity ON person_fact (identity_index) WHERE identity_index <> '';

CREATE TABLE membership (
    id              TEXT PRIMARY KEY,
    person_id       TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    post            TEXT NOT NULL,
    sector          TEXT NOT NULL DEFAULT '',
    valid_from      TEXT NOT NULL,
    valid_to        TEXT NOT NULL DEFAULT '',
    end_reason      TEXT NOT NULL DEFAULT '',
    recorded        BIGINT NOT NULL,
    recorded_by     TEXT NOT NULL DEFAULT '',
    superseded      BIGINT NOT NULL DEFAULT 0,
    replaces        TEXT NOT NULL DEFAULT ''
);
CREATE INDEX membership_person ON membership (person_id, superseded);
CREATE INDEX membership_organisation ON membership (organisation_id, superseded, valid_from);

CREATE TABLE directory_version (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    version BIGINT NOT NULL
);
INSERT INTO directory_version (one, version) VALUES (1, 1);
-- +goose Down
DROP TABLE directory_version;
DROP TABLE membership;
DROP TABLE person_fact;
DROP TABLE field_fact;
DROP TABLE organisation_fact;
DROP TABLE division_fact;
