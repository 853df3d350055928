-- +goose Up
CREATE TABLE suggestion (
    rid             INTEGER PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE,
    number          TEXT UNIQUE,                       -- committee-year-sequence; NULL while it is a draft
    committee_id    TEXT NOT NULL,                     -- the one that owns it now
    origin          TEXT NOT NULL,                     -- resident, member, staff (entered for a resident), import
    kind            TEXT NOT NULL,                     -- message (群众诉求) or suggestion (微建议)
    state           TEXT NOT NULL,
    round           INTEGER NOT NULL DEFAULT 1,        -- 2: handled a second time
    title           TEXT NOT NULL,
    body            TEXT NOT NULL,
    place           TEXT NOT NULL DEFAULT '',
    lon             DOUBLE PRECISION NOT NULL DEFAULT 0,
    lat             DOUBLE PRECISION NOT NULL DEFAULT 0,
    division_id     TEXT NOT NULL DEFAULT '',
    city_id         TEXT NOT NULL DEFAULT '',          -- the prefecture above (or the division itself)
    field_id        TEXT NOT NULL DEFAULT '',
    top_field_id    TEXT NOT NULL DEFAULT '',
    public          INTEGER NOT NULL DEFAULT 0,
    public_wish     INTEGER NOT NULL DEFAULT 1,
    public_reason   TEXT NOT NULL DEFAULT '',
    queued          TEXT NOT NULL DEFAULT '',          -- why it waits in the guard queue before review ('' : it does not)
    base_support    INTEGER NOT NULL DEFAULT 0,        -- votes counted elsewhere before an import
    support         INTEGER NOT NULL DEFAULT 0,        -- people who joined here
    author_count    INTEGER NOT NULL DEFAULT 0,
    channel         TEXT NOT NULL DEFAULT '',
    office_id       TEXT NOT NULL DEFAULT '',
    lead_id         TEXT NOT NULL DEFAULT '',          -- lead department of the present round
    sponsor_id      TEXT NOT NULL DEFAULT '',
    class           TEXT NOT NULL DEFAULT '',
    promised        TEXT NOT NULL DEFAULT '',          -- date promised by a class that promises
    rating          TEXT NOT NULL DEFAULT '',          -- satisfied, basically, not; '' not rated
    due             TEXT NOT NULL DEFAULT '',          -- civil date by which the present step is to be done
    due_provisional INTEGER NOT NULL DEFAULT 0,
    raised_at       BIGINT NOT NULL DEFAULT 0,
    dispatched_at   BIGINT NOT NULL DEFAULT 0,
    replied_at      BIGINT NOT NULL DEFAULT 0,
    closed_at       BIGINT NOT NULL DEFAULT 0,
    updated_at      BIGINT NOT NULL,
    merged_into     TEXT NOT NULL DEFAULT '',
    converted_to    TEXT NOT NULL DEFAULT '',
    source          TEXT NOT NULL DEFAULT '',
    source_id       TEXT NOT NULL DEFAULT '',
    once_key        TEXT UNIQUE,
    version         INTEGER NOT NULL DEFAULT 1,
    steps           INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX suggestion_source ON suggestion (source, source_id) WHERE source <> '';
CREATE INDEX suggestion_public ON suggestion (raised_at, rid) WHERE public = 1;
CREATE INDEX suggestion_public_committee ON suggestion (committee_id, raised_at, rid) WHERE public = 1;
CREATE INDEX suggestion_public_state ON suggestion (state, raised_at, rid) WHERE public = 1;
CREATE INDEX suggestion_public_field ON suggestion (top_field_id, raised_at, rid) WHERE public = 1;
CREATE INDEX suggestion_public_city ON suggestion (city_id, raised_at, rid) WHERE public = 1;
CREATE INDEX suggestion_public_division ON suggestion (division_id, raised_at, rid) WHERE public = 1;
CREATE INDEX suggestion_public_lead ON suggestion (lead_id, raised_at, rid) WHERE public = 1;
CREATE INDEX suggestion_queue ON suggestion (committee_id, state, due, rid);
CREATE INDEX suggestion_merged ON suggestion (merged_into) WHERE merged_into <> '';
CREATE INDEX suggestion_promise ON suggestion (promised, rid) WHERE promised <> '';

CREATE TABLE suggestion_original (                     -- the text as it came, where the public text was masked or amended
    id            TEXT PRIMARY KEY,
    suggestion_id TEXT NOT NULL REFERENCES suggestion (id),
    title         TEXT NOT NULL,
    body          TEXT NOT NULL,
    at            BIGINT NOT NULL
);
CREATE INDEX suggestion_original_of ON suggestion_original (suggestion_id);

CREATE TABLE suggestion_author (
    id            TEXT PRIMARY KEY,
    suggestion_id TEXT NOT NULL REFERENCES suggestion (id),   -- where the author's thread is now
    raised_in     TEXT NOT NULL,                              -- where it began, when the matter was merged
    kind          TEXT NOT NULL,                              -- resident, member
    part          TEXT NOT NULL,                              -- raised, took_up, joined
    account_id    TEXT NOT NULL DEFAULT '',
    person_id     TEXT NOT NULL DEFAULT '',
    name          TEXT NOT NULL DEFAULT '',                   -- sealed
    phone         TEXT NOT NULL DEFAULT '',                   -- sealed
    phone_index   TEXT NOT NULL DEFAULT '',
    code          TEXT UNIQUE,                                -- keyed hash of the tracking code
    rating        TEXT NOT NULL DEFAULT '',
    rating_reason TEXT NOT NULL DEFAULT '',
    rated_at      BIGINT NOT NULL DEFAULT 0,
    joined_at     BIGINT NOT NULL,
    entered_by    TEXT NOT NULL DEFAULT ''                    -- staff who entered it for a resident
);
CREATE INDEX suggestion_author_of ON suggestion_author (suggestion_id, joined_at);
CREATE INDEX suggestion_author_account ON suggestion_author (account_id, joined_at) WHERE account_id <> '';
CREATE INDEX suggestion_author_phone ON suggestion_author (phone_index) WHERE phone_index <> '';

CREATE TABLE suggestion_step (
    id            TEXT PRIMARY KEY,
    suggestion_id TEXT NOT NULL REFERENCES suggestion (id),
    seq           INTEGER NOT NULL,
    action        TEXT NOT NULL,
    from_state    TEXT NOT NULL,
    to_state      TEXT NOT NULL,
    round         INTEGER NOT NULL DEFAULT 1,
    at            BIGINT NOT NULL,
    account_id    TEXT NOT NULL DEFAULT '',
    relation      TEXT NOT NULL,
    office_id     TEXT NOT NULL DEFAULT '',                   -- the committee or department in whose name it was done
    department_id TEXT NOT NULL DEFAULT '',                   -- the department it concerns
    reason        TEXT NOT NULL DEFAULT '',
    body          TEXT NOT NULL DEFAULT '',
    audience      TEXT NOT NULL,
    details       TEXT NOT NULL DEFAULT '{}'
);
CREATE UNIQUE INDEX suggestion_step_of ON suggestion_step (suggestion_id, seq);

CREATE TABLE suggestion_task (                                -- one department's part in one round
    id              TEXT PRIMARY KEY,
    suggestion_id   TEXT NOT NULL REFERENCES suggestion (id),
    round           INTEGER NOT NULL,
    department_id   TEXT NOT NULL,
    part            TEXT NOT NULL,                            -- lead, joint, assisting, separate
    state           TEXT NOT NULL,
    sent_at         BIGINT NOT NULL,
    due             TEXT NOT NULL DEFAULT '',
    due_provisional INTEGER NOT NULL DEFAULT 0,
    due_rule        TEXT NOT NULL DEFAULT '',                 -- the term the date was computed from, '' when set by hand
    return_until    TEXT NOT NULL DEFAULT '',
    acknowledged_at BIGINT NOT NULL DEFAULT 0,
    time_asked      TEXT NOT NULL DEFAULT '',                 -- date asked for; one time only
    time_answer     TEXT NOT NULL DEFAULT '',                 -- granted, refused
    answer          TEXT NOT NULL DEFAULT '',
    answer_number   TEXT NOT NULL DEFAULT '',
    class           TEXT NOT NULL DEFAULT '',
    promised        TEXT NOT NULL DEFAULT '',
    drafted_at      BIGINT NOT NULL DEFAULT 0,
    signed_at       BIGINT NOT NULL DEFAULT 0,
    done_at         BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX suggestion_task_of ON suggestion_task (suggestion_id, round);
CREATE INDEX suggestion_task_queue ON suggestion_task (department_id, state, due);
CREATE INDEX suggestion_task_provisional ON suggestion_task (due_provisional) WHERE due_provisional = 1;

CREATE TABLE suggestion_file (
    id            TEXT PRIMARY KEY,
    suggestion_id TEXT NOT NULL REFERENCES suggestion (id),
    step_id       TEXT NOT NULL DEFAULT '',
    name          TEXT NOT NULL,
    type          TEXT NOT NULL,
    size          BIGINT NOT NULL,
    blob          TEXT NOT NULL,
    thumb         TEXT NOT NULL DEFAULT '',
    medium        TEXT NOT NULL DEFAULT '',
    width         INTEGER NOT NULL DEFAULT 0,
    height        INTEGER NOT NULL DEFAULT 0,
    audience      TEXT NOT NULL,
    at            BIGINT NOT NULL
);
CREATE INDEX suggestion_file_of ON suggestion_file (suggestion_id, at);

CREATE TABLE suggestion_party (                               -- organisations that have or had a part; decides who may read
    suggestion_id   TEXT NOT NULL REFERENCES suggestion (id),
    organisation_id TEXT NOT NULL,
    part            TEXT NOT NULL,                            -- owner, former, department, office, sponsor
    since           BIGINT NOT NULL,
    PRIMARY KEY (suggestion_id, organisation_id, part)
);
CREATE INDEX suggestion_party_of ON suggestion_party (organisation_id, part);

CREATE TABLE suggestion_sequence (
    committee_id TEXT NOT NULL,
    year         INTEGER NOT NULL,
    last         INTEGER NOT NULL,
    PRIMARY KEY (committee_id, year)
);

CREATE TABLE suggestion_rules (                               -- a committee's rules as data; the newest row counts
    id           TEXT PRIMARY KEY,
    committee_id TEXT NOT NULL,
    rules        TEXT NOT NULL,
    recorded     BIGINT NOT NULL,
    recorded_by  TEXT NOT NULL DEFAULT ''
);
CREATE INDEX suggestion_rules_of ON suggestion_rules (committee_id, recorded);

CREATE TABLE suggestion_guard (                               -- attempts by strangers, counted by address, studio or code
    what   TEXT NOT NULL,
    slot   BIGINT NOT NULL,
    count  INTEGER NOT NULL,
    PRIMARY KEY (what, slot)
);
-- +goose Down
DROP TABLE suggestion_guard;
DROP TABLE suggestion_rules;
DROP TABLE suggestion_sequence;
DROP TABLE suggestion_party;
DROP TABLE suggestion_file;
DROP TABLE suggestion_task;
DROP TABLE suggestion_step;
DROP TABLE suggestion_author;
DROP TABLE suggestion_original;
DROP TABLE suggestion;
