-- +goose Up
CREATE TABLE gathering_signin (
    gathering_id  TEXT PRIMARY KEY,
    handle        TEXT NOT NULL UNIQUE,
    secret_sealed TEXT NOT NULL,
    poster        BIGINT NOT NULL DEFAULT 0,
    poster_serial BIGINT NOT NULL DEFAULT 0,
    created       BIGINT NOT NULL
);
CREATE TABLE gathering_signin_mark (
    gathering_id TEXT NOT NULL,
    person_id    TEXT NOT NULL,
    account_id   TEXT NOT NULL,
    device       TEXT NOT NULL,
    way          TEXT NOT NULL,
    stated       BIGINT NOT NULL,
    received     BIGINT NOT NULL,
    PRIMARY KEY (gathering_id, person_id),
    UNIQUE (gathering_id, device)
);
CREATE INDEX gathering_signin_mark_received ON gathering_signin_mark (received);
CREATE TABLE gathering_signin_guest (
    gathering_id TEXT NOT NULL,
    person_id    TEXT NOT NULL,
    account_id   TEXT NOT NULL,
    asked        BIGINT NOT NULL,
    answered     BIGINT,
    answered_by  TEXT NOT NULL DEFAULT '',
    admitted     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (gathering_id, person_id)
);
CREATE TABLE gathering_signin_try (
    account_id TEXT PRIMARY KEY,
    since      BIGINT NOT NULL,
    fails      BIGINT NOT NULL
);
-- +goose Down
DROP TABLE gathering_signin_try;
DROP TABLE gathering_signin_guest;
DROP TABLE gathering_signin_mark;
DROP TABLE gathering_signin;
