-- +goose Up
-- What is to be studied, by whom and until when; the gatherings that studied it; and what people studied by themselves afterwards.
CREATE TABLE study_topic (
    id              TEXT PRIMARY KEY,
    committee_id    TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    kind            TEXT NOT NULL,
    title           TEXT NOT NULL,
    text            TEXT NOT NULL DEFAULT '',
    from_day        TEXT NOT NULL,
    to_day          TEXT NOT NULL,
    published       BIGINT NOT NULL DEFAULT 0,
    withdrawn       BIGINT NOT NULL DEFAULT 0,
    reason          TEXT NOT NULL DEFAULT '',
    created         BIGINT NOT NULL,
    created_by      TEXT NOT NULL DEFAULT '',
    version         INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX study_topic_committee ON study_topic (committee_id, from_day);

CREATE TABLE study_audience (
    topic_id        TEXT NOT NULL REFERENCES study_topic (id),
    organisation_id TEXT NOT NULL,
    PRIMARY KEY (topic_id, organisation_id)
);
CREATE INDEX study_audience_organisation ON study_audience (organisation_id);

CREATE TABLE study_material (
    id       TEXT PRIMARY KEY,
    topic_id TEXT NOT NULL REFERENCES study_topic (id),
    title    TEXT NOT NULL,
    address  TEXT NOT NULL DEFAULT '',
    blob     TEXT NOT NULL DEFAULT '',
    name     TEXT NOT NULL DEFAULT '',
    type     TEXT NOT NULL DEFAULT '',
    size     BIGINT NOT NULL DEFAULT 0,
    added    BIGINT NOT NULL,
    added_by TEXT NOT NULL DEFAULT '',
    removed  BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX study_material_topic ON study_material (topic_id);

CREATE TABLE study_session (
    topic_id     TEXT NOT NULL REFERENCES study_topic (id),
    gathering_id TEXT NOT NULL,
    linked       BIGINT NOT NULL,
    linked_by    TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (topic_id, gathering_id)
);
CREATE INDEX study_session_gathering ON study_session (gathering_id);

CREATE TABLE study_makeup (
    id         TEXT PRIMARY KEY,
    topic_id   TEXT NOT NULL REFERENCES study_topic (id),
    person_id  TEXT NOT NULL,
    day        TEXT NOT NULL,
    note       TEXT NOT NULL,
    state      TEXT NOT NULL,
    answer     TEXT NOT NULL DEFAULT '',
    recorded   BIGINT NOT NULL,
    decided    BIGINT NOT NULL DEFAULT 0,
    decided_by TEXT NOT NULL DEFAULT ''
);
CREATE INDEX study_makeup_topic ON study_makeup (topic_id, person_id);
CREATE INDEX study_makeup_person ON study_makeup (person_id);
-- +goose Down
DROP TABLE study_makeup;
DROP TABLE study_session;
DROP TABLE study_material;
DROP TABLE study_audience;
DROP TABLE study_topic;
