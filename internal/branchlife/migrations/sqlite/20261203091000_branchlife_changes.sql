-- +goose Up
-- The transfer of a member's relation (C4) from one Party organisation to another.
CREATE TABLE branchlife_transfer (
    id             TEXT PRIMARY KEY,
    person_id      TEXT NOT NULL,
    from_id        TEXT NOT NULL,
    to_id          TEXT NOT NULL DEFAULT '',   -- '': an organisation outside that has only a name yet
    to_name        TEXT NOT NULL DEFAULT '',
    from_committee TEXT NOT NULL DEFAULT '',   -- '': outside the assembly
    to_committee   TEXT NOT NULL DEFAULT '',
    state          TEXT NOT NULL,
    letter         TEXT NOT NULL DEFAULT '',
    issued         TEXT NOT NULL DEFAULT '',
    until          TEXT NOT NULL DEFAULT '',   -- the last day on which the letter is valid
    received_on    TEXT NOT NULL DEFAULT '',
    created        BIGINT NOT NULL,
    created_by     TEXT NOT NULL DEFAULT '',
    version        INTEGER NOT NULL
);
CREATE INDEX branchlife_transfer_person ON branchlife_transfer (person_id);
CREATE INDEX branchlife_transfer_from ON branchlife_transfer (from_id);
CREATE INDEX branchlife_transfer_to ON branchlife_transfer (to_id);
CREATE INDEX branchlife_transfer_from_committee ON branchlife_transfer (from_committee);
CREATE INDEX branchlife_transfer_to_committee ON branchlife_transfer (to_committee);
CREATE INDEX branchlife_transfer_until ON branchlife_transfer (state, until);

CREATE TABLE branchlife_transfer_step (
    id          TEXT PRIMARY KEY,
    transfer_id TEXT NOT NULL REFERENCES branchlife_transfer (id),
    seq         INTEGER NOT NULL,
    action      TEXT NOT NULL,
    from_state  TEXT NOT NULL DEFAULT '',
    to_state    TEXT NOT NULL,
    relation    TEXT NOT NULL,
    account_id  TEXT NOT NULL DEFAULT '',
    reason      TEXT NOT NULL DEFAULT '',
    letter      TEXT NOT NULL DEFAULT '',
    day         TEXT NOT NULL DEFAULT '',
    until       TEXT NOT NULL DEFAULT '',
    at          BIGINT NOT NULL,
    UNIQUE (transfer_id, seq)
);

-- A branch set up for a session, a visit, training or a delegation; who is in it are facts of the directory.
CREATE TABLE branchlife_temporary (
    organisation_id TEXT PRIMARY KEY,
    committee_id    TEXT NOT NULL DEFAULT '',
    approver_id     TEXT NOT NULL,
    purpose         TEXT NOT NULL,
    letter          TEXT NOT NULL DEFAULT '',
    valid_from      TEXT NOT NULL,
    last_day        TEXT NOT NULL,
    dissolved       BIGINT NOT NULL DEFAULT 0,
    created         BIGINT NOT NULL,
    created_by      TEXT NOT NULL DEFAULT '',
    version         INTEGER NOT NULL
);
CREATE INDEX branchlife_temporary_last ON branchlife_temporary (dissolved, last_day);

CREATE TABLE branchlife_temporary_change (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES branchlife_temporary (organisation_id),
    was             TEXT NOT NULL,
    last_day        TEXT NOT NULL,
    reason          TEXT NOT NULL,
    account_id      TEXT NOT NULL DEFAULT '',
    at              BIGINT NOT NULL
);
-- +goose Down
DROP TABLE branchlife_temporary_change;
DROP TABLE branchlife_temporary;
DROP TABLE branchlife_transfer_step;
DROP TABLE branchlife_transfer;
