-- +goose Up
CREATE TABLE gathering_feed (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    person_id  TEXT NOT NULL,
    hash       TEXT NOT NULL UNIQUE,
    sealed     TEXT NOT NULL,
    created    BIGINT NOT NULL,
    last_used  BIGINT,
    revoked    BIGINT
);
CREATE INDEX gathering_feed_account ON gathering_feed (account_id, revoked);
CREATE TABLE gathering_invite (
    id           TEXT PRIMARY KEY,
    gathering_id TEXT NOT NULL,
    account_id   TEXT NOT NULL,
    number       BIGINT NOT NULL, -- of the mails to this account about it
    form         TEXT NOT NULL,   -- what it tells, to see whether the next one tells something else
    state        TEXT NOT NULL,
    created      BIGINT NOT NULL,
    ended        BIGINT,
    UNIQUE (gathering_id, account_id, number)
);
CREATE TABLE gathering_invite_off (
    account_id TEXT PRIMARY KEY,
    since      BIGINT NOT NULL
);
-- +goose Down
DROP TABLE gathering_invite_off;
DROP TABLE gathering_invite;
DROP TABLE gathering_feed;
