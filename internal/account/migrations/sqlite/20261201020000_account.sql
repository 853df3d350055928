-- +goose Up
CREATE TABLE account (
    id           TEXT PRIMARY KEY,
    person_id    TEXT,
    login        TEXT NOT NULL DEFAULT '',
    login_key    TEXT UNIQUE,
    name         TEXT NOT NULL,
    find         TEXT NOT NULL,
    email_sealed TEXT NOT NULL DEFAULT '',
    email_index  TEXT UNIQUE,
    password     TEXT NOT NULL DEFAULT '',
    password_at  BIGINT,
    state        TEXT NOT NULL,
    created      BIGINT NOT NULL,
    created_by   TEXT NOT NULL DEFAULT ''
);
CREATE INDEX account_person ON account (person_id);
CREATE TABLE account_grant (
    id            TEXT PRIMARY KEY,
    account_id    TEXT NOT NULL REFERENCES account (id),
    role          TEXT NOT NULL,
    place_id      TEXT NOT NULL DEFAULT '',
    from_date     TEXT NOT NULL,
    to_date       TEXT,
    recorded      BIGINT NOT NULL,
    recorded_by   TEXT NOT NULL DEFAULT '',
    superseded    BIGINT,
    superseded_by TEXT NOT NULL DEFAULT ''
);
CREATE INDEX account_grant_account ON account_grant (account_id, superseded);
CREATE INDEX account_grant_place ON account_grant (place_id, role);
CREATE TABLE account_session (
    hash       TEXT PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES account (id),
    created    BIGINT NOT NULL,
    last_used  BIGINT NOT NULL,
    browser    TEXT NOT NULL,
    system     TEXT NOT NULL,
    address    TEXT NOT NULL
);
CREATE INDEX account_session_account ON account_session (account_id);
CREATE INDEX account_session_used ON account_session (last_used);
CREATE TABLE account_totp (
    account_id TEXT PRIMARY KEY REFERENCES account (id),
    sealed     TEXT NOT NULL,
    created    BIGINT NOT NULL,
    confirmed  BIGINT,
    last_step  BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE account_recovery (
    account_id TEXT NOT NULL REFERENCES account (id),
    hash       TEXT NOT NULL,
    used       BIGINT,
    PRIMARY KEY (account_id, hash)
);
CREATE TABLE account_token (
    id         TEXT PRIMARY KEY,
    hash       TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES account (id),
    name       TEXT NOT NULL,
    scopes     TEXT NOT NULL,
    created    BIGINT NOT NULL,
    expires    BIGINT,
    last_used  BIGINT,
    revoked    BIGINT
);
CREATE INDEX account_token_account ON account_token (account_id);
CREATE TABLE account_code (
    hash       TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES account (id),
    created    BIGINT NOT NULL,
    created_by TEXT NOT NULL DEFAULT '',
    expires    BIGINT NOT NULL,
    used       BIGINT
);
CREATE INDEX account_code_account ON account_code (account_id, kind);
CREATE INDEX account_code_expires ON account_code (expires);
CREATE TABLE account_attempt (
    subject TEXT NOT NULL,
    source  TEXT NOT NULL,
    counted INTEGER NOT NULL,
    last    BIGINT NOT NULL,
    PRIMARY KEY (subject, source)
);
CREATE INDEX account_attempt_last ON account_attempt (last);
-- +goose Down
DROP TABLE account_attempt;
DROP TABLE account_code;
DROP TABLE account_token;
DROP TABLE account_recovery;
DROP TABLE account_totp;
DROP TABLE account_session;
DROP TABLE account_grant;
DROP TABLE account;
