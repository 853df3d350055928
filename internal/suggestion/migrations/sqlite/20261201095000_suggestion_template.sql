-- +goose Up
CREATE TABLE suggestion_template (                            -- texts for replies and reasons; each change is a further row, the highest revision counts
    template_id TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    owner_id    TEXT NOT NULL,                                -- a committee, a department or a supervision office
    action      TEXT NOT NULL,
    name_zh     TEXT NOT NULL,
    name_en     TEXT NOT NULL DEFAULT '',
    body        TEXT NOT NULL,
    class       TEXT NOT NULL DEFAULT '',                     -- of an answer
    position    INTEGER NOT NULL,
    retired     INTEGER NOT NULL DEFAULT 0,
    recorded    BIGINT NOT NULL,
    recorded_by TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (template_id, revision)
);
CREATE INDEX suggestion_template_of ON suggestion_template (owner_id, template_id, revision);
-- +goose Down
DROP TABLE suggestion_template;
