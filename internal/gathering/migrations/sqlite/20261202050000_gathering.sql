-- +goose Up
-- A gathering is one thing: a meeting, a study session, a visit, a class, a talk. Several holders make it a joint one.
CREATE TABLE gathering (
    id           TEXT PRIMARY KEY,
    committee_id TEXT NOT NULL,
    kind         TEXT NOT NULL,
    title        TEXT NOT NULL,
    body         TEXT NOT NULL DEFAULT '',
    place        TEXT NOT NULL DEFAULT '',
    starts       BIGINT NOT NULL,
    ends         BIGINT NOT NULL,
    day          TEXT NOT NULL, -- civil date of starts, by which periods count
    state        TEXT NOT NULL,
    public       INTEGER NOT NULL DEFAULT 0,
    published    BIGINT NOT NULL DEFAULT 0,
    opened       BIGINT NOT NULL DEFAULT 0,
    ended        BIGINT NOT NULL DEFAULT 0,
    closed       BIGINT NOT NULL DEFAULT 0,
    reason       TEXT NOT NULL DEFAULT '', -- of a cancellation
    minutes      TEXT NOT NULL DEFAULT '',
    shown        INTEGER NOT NULL DEFAULT 0, -- the minutes are shown to who was invited
    created      BIGINT NOT NULL,
    created_by   TEXT NOT NULL DEFAULT '',
    sequence     INTEGER NOT NULL DEFAULT 0, -- of what calendars were told
    version      INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX gathering_committee ON gathering (committee_id, starts, id);
CREATE INDEX gathering_state ON gathering (state, starts);
CREATE INDEX gathering_day ON gathering (day);

CREATE TABLE gathering_holder (
    gathering_id    TEXT NOT NULL REFERENCES gathering (id),
    organisation_id TEXT NOT NULL,
    position        INTEGER NOT NULL,
    PRIMARY KEY (gathering_id, organisation_id)
);
CREATE INDEX gathering_holder_organisation ON gathering_holder (organisation_id);

CREATE TABLE gathering_item (
    id           TEXT PRIMARY KEY,
    gathering_id TEXT NOT NULL REFERENCES gathering (id),
    position     INTEGER NOT NULL,
    title        TEXT NOT NULL,
    study        INTEGER NOT NULL DEFAULT 0,
    speaker      TEXT NOT NULL DEFAULT '',
    minutes      INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX gathering_item_of ON gathering_item (gathering_id, position);

-- Whom it is for: a whole organisation, some posts of it, or one person.
CREATE TABLE gathering_invitation (
    id              TEXT PRIMARY KEY,
    gathering_id    TEXT NOT NULL REFERENCES gathering (id),
    organisation_id TEXT NOT NULL DEFAULT '',
    posts           TEXT NOT NULL DEFAULT '', -- comma between; '' means everybody of the organisation
    person_id       TEXT NOT NULL DEFAULT ''
);
CREATE INDEX gathering_invitation_of ON gathering_invitation (gathering_id);

-- Who that is, as the directory says: kept up until the record is closed.
CREATE TABLE gathering_invitee (
    gathering_id TEXT NOT NULL REFERENCES gathering (id),
    person_id    TEXT NOT NULL,
    added        BIGINT NOT NULL,
    answer       TEXT NOT NULL DEFAULT '', -- '', coming, leave
    reason       TEXT NOT NULL DEFAULT '',
    answered     BIGINT NOT NULL DEFAULT 0,
    granted      TEXT NOT NULL DEFAULT '', -- of a leave: '', granted, refused
    PRIMARY KEY (gathering_id, person_id)
);
CREATE INDEX gathering_invitee_person ON gathering_invitee (person_id);

CREATE TABLE gathering_attendance (
    gathering_id TEXT NOT NULL REFERENCES gathering (id),
    person_id    TEXT NOT NULL,
    state        TEXT NOT NULL, -- present, late, leave, absent, made_up
    way          TEXT NOT NULL,
    at           BIGINT NOT NULL,
    recorded     BIGINT NOT NULL,
    recorded_by  TEXT NOT NULL DEFAULT '',
    note         TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (gathering_id, person_id)
);
CREATE INDEX gathering_attendance_person ON gathering_attendance (person_id);

CREATE TABLE gathering_decision (
    id           TEXT PRIMARY KEY,
    gathering_id TEXT NOT NULL REFERENCES gathering (id),
    text         TEXT NOT NULL,
    owner_id     TEXT NOT NULL,
    due          TEXT NOT NULL,
    done         BIGINT NOT NULL DEFAULT 0,
    done_note    TEXT NOT NULL DEFAULT '',
    done_by      TEXT NOT NULL DEFAULT '',
    dropped      BIGINT NOT NULL DEFAULT 0,
    drop_reason  TEXT NOT NULL DEFAULT '',
    created      BIGINT NOT NULL,
    created_by   TEXT NOT NULL DEFAULT ''
);
CREATE INDEX gathering_decision_of ON gathering_decision (gathering_id);
CREATE INDEX gathering_decision_owner ON gathering_decision (owner_id, done);

CREATE TABLE gathering_file (
    id           TEXT PRIMARY KEY,
    gathering_id TEXT NOT NULL REFERENCES gathering (id),
    name         TEXT NOT NULL,
    type         TEXT NOT NULL,
    size         BIGINT NOT NULL,
    blob         TEXT NOT NULL,
    medium       TEXT NOT NULL DEFAULT '',
    thumb        TEXT NOT NULL DEFAULT '',
    added        BIGINT NOT NULL,
    added_by     TEXT NOT NULL DEFAULT '',
    removed      BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX gathering_file_of ON gathering_file (gathering_id);

-- Kinds that a committee made or altered; what is built in stands in the program.
CREATE TABLE gathering_kind (
    committee_id TEXT NOT NULL,
    kind         TEXT NOT NULL,
    rule         TEXT NOT NULL, -- JSON
    recorded     BIGINT NOT NULL,
    recorded_by  TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (committee_id, kind)
);
-- +goose Down
DROP TABLE gathering_kind;
DROP TABLE gathering_file;
DROP TABLE gathering_decision;
DROP TABLE gathering_attendance;
DROP TABLE gathering_invitee;
DROP TABLE gathering_invitation;
DROP TABLE gathering_item;
DROP TABLE gathering_holder;
DROP TABLE gathering;
