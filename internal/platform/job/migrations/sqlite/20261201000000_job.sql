-- +goose Up
CREATE TABLE event (
    seq       INTEGER PRIMARY KEY,
    id        TEXT NOT NULL UNIQUE,
    kind      TEXT NOT NULL,
    subject   TEXT NOT NULL,
    place     TEXT NOT NULL DEFAULT '',
    actor     TEXT NOT NULL DEFAULT '',
    at        BIGINT NOT NULL,
    payload   TEXT NOT NULL
);
CREATE TABLE job (
    id           INTEGER PRIMARY KEY,
    kind         TEXT NOT NULL,
    payload      TEXT NOT NULL,
    state        TEXT NOT NULL DEFAULT 'ready',
    run_at       BIGINT NOT NULL,
    locked_until BIGINT NOT NULL DEFAULT 0,
    receipt      BIGINT NOT NULL DEFAULT 0,
    attempts     INTEGER NOT NULL DEFAULT 0,
    once         TEXT UNIQUE,
    last_error   TEXT NOT NULL DEFAULT '',
    created      BIGINT NOT NULL
);
CREATE INDEX job_ready ON job (state, run_at, id);
-- +goose Down
DROP TABLE job;
DROP TABLE event;
