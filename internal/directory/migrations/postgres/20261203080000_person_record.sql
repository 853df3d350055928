-- +goose Up
-- Each look at a sealed number, which the person sees; and what people ask to have corrected about themselves.
CREATE TABLE person_reveal (
    id        TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    what      TEXT NOT NULL, -- phone, identity
    reason    TEXT NOT NULL,
    account   TEXT NOT NULL,
    by_name   TEXT NOT NULL,
    at        BIGINT NOT NULL
);
CREATE INDEX person_reveal_person ON person_reveal (person_id, at);

CREATE TABLE person_correction (
    id        TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    text      TEXT NOT NULL,
    asked     BIGINT NOT NULL,
    state     TEXT NOT NULL, -- asked, done, refused
    answer    TEXT NOT NULL DEFAULT '',
    answered  BIGINT NOT NULL DEFAULT 0,
    by_account TEXT NOT NULL DEFAULT ''
);
CREATE INDEX person_correction_person ON person_correction (person_id, asked);
CREATE INDEX person_correction_state ON person_correction (state, asked);
-- +goose Down
DROP TABLE person_correction;
DROP TABLE person_reveal;
