-- +goose Up
-- Terms, political affiliations, how a membership began and how a deputy chair serves, and which committee lets which other one see its people by name.
ALTER TABLE membership ADD COLUMN service TEXT NOT NULL DEFAULT '';
ALTER TABLE membership ADD COLUMN start_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE membership ADD COLUMN note TEXT NOT NULL DEFAULT '';

CREATE TABLE affiliation (
    id           TEXT PRIMARY KEY,
    person_id    TEXT NOT NULL,
    party        TEXT NOT NULL,
    probationary INTEGER NOT NULL DEFAULT 0,
    valid_from   TEXT NOT NULL,
    valid_to     TEXT NOT NULL DEFAULT '',
    recorded     BIGINT NOT NULL,
    recorded_by  TEXT NOT NULL DEFAULT '',
    superseded   BIGINT NOT NULL DEFAULT 0,
    replaces     TEXT NOT NULL DEFAULT ''
);
CREATE INDEX affiliation_person ON affiliation (person_id, superseded);

CREATE TABLE term_fact (
    id           TEXT PRIMARY KEY,
    term_id      TEXT NOT NULL,
    committee_id TEXT NOT NULL,
    number       INTEGER NOT NULL,
    valid_from   TEXT NOT NULL,
    valid_to     TEXT NOT NULL DEFAULT '',
    recorded     BIGINT NOT NULL,
    recorded_by  TEXT NOT NULL DEFAULT '',
    superseded   BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX term_fact_of ON term_fact (term_id, superseded);

CREATE TABLE name_grant (
    id           TEXT PRIMARY KEY,
    committee_id TEXT NOT NULL,
    reader_id    TEXT NOT NULL,
    subject      TEXT NOT NULL,
    valid_from   TEXT NOT NULL,
    valid_to     TEXT NOT NULL DEFAULT '',
    recorded     BIGINT NOT NULL,
    recorded_by  TEXT NOT NULL DEFAULT '',
    ended        BIGINT NOT NULL DEFAULT 0,
    ended_by     TEXT NOT NULL DEFAULT ''
);
CREATE INDEX name_grant_committee ON name_grant (committee_id, subject);
-- +goose Down
DROP TABLE name_grant;
DROP TABLE term_fact;
DROP TABLE affiliation;
ALTER TABLE membership DROP COLUMN note;
ALTER TABLE membership DROP COLUMN start_reason;
ALTER TABLE membership DROP COLUMN service;
