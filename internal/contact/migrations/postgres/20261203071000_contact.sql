-- +goose Up
-- Who contacts whom (C5), as facts that are corrected and never overwritten.
CREATE TABLE contact_link (
    id           TEXT PRIMARY KEY,
    committee_id TEXT NOT NULL,
    kind         TEXT NOT NULL,               -- member, sector, subgroup
    contact_id   TEXT NOT NULL,               -- the person who contacts
    target_id    TEXT NOT NULL,               -- a person, or an organisation for the other kinds
    valid_from   TEXT NOT NULL,
    valid_to     TEXT NOT NULL DEFAULT '',
    end_reason   TEXT NOT NULL DEFAULT '',
    recorded     BIGINT NOT NULL,
    recorded_by  TEXT NOT NULL DEFAULT '',
    superseded   BIGINT NOT NULL DEFAULT 0,   -- 0: the present knowledge
    replaces     TEXT NOT NULL DEFAULT ''
);
CREATE INDEX contact_link_committee ON contact_link (committee_id, superseded);
CREATE INDEX contact_link_contact ON contact_link (contact_id, superseded);
CREATE INDEX contact_link_target ON contact_link (target_id, superseded);
CREATE INDEX contact_link_sweep ON contact_link (committee_id, contact_id, target_id, valid_from, valid_to) WHERE superseded = 0 AND kind = 'member';

-- What was said is sealed with a key outside the database; that there was a contact, when and how, is what counts are made of.
CREATE TABLE contact_log (
    id           TEXT PRIMARY KEY,
    committee_id TEXT NOT NULL,
    contact_id   TEXT NOT NULL,
    target_id    TEXT NOT NULL,
    day          TEXT NOT NULL,
    how          TEXT NOT NULL,
    words        TEXT NOT NULL DEFAULT '',    -- sealed; '' when there are none
    author_id    TEXT NOT NULL,               -- the person of the pair who wrote it
    recorded     BIGINT NOT NULL,
    withdrawn    BIGINT NOT NULL DEFAULT 0    -- taken back by its author: the words are gone
);
CREATE INDEX contact_log_pair ON contact_log (contact_id, target_id, committee_id, day);
CREATE INDEX contact_log_committee ON contact_log (committee_id, withdrawn);

-- How many members one person contacts at most, where a committee says otherwise.
CREATE TABLE contact_rule (
    committee_id TEXT PRIMARY KEY,
    most         INTEGER NOT NULL,
    recorded     BIGINT NOT NULL,
    recorded_by  TEXT NOT NULL DEFAULT ''
);

-- Counts changes, and lets only one at a time look at the links before it writes.
CREATE TABLE contact_version (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    version BIGINT NOT NULL
);
INSERT INTO contact_version (one, version) VALUES (1, 1);
-- +goose Down
DROP TABLE contact_version;
DROP TABLE contact_rule;
DROP TABLE contact_log;
DROP TABLE contact_link;
