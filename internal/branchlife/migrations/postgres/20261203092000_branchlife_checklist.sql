-- +goose Up
-- What a branch is checked for each year (C3), with its source and version; corrected and never overwritten.
CREATE TABLE branchlife_item (
    id          TEXT PRIMARY KEY,
    item_id     TEXT NOT NULL,              -- the same for all versions
    scope_id    TEXT NOT NULL DEFAULT '',   -- a committee; '': everywhere
    kind        TEXT NOT NULL,              -- of the organisation
    position    INTEGER NOT NULL,
    words       TEXT NOT NULL,
    words_en    TEXT NOT NULL DEFAULT '',
    source      TEXT NOT NULL,
    source_en   TEXT NOT NULL DEFAULT '',
    version     INTEGER NOT NULL,
    first_year  INTEGER NOT NULL,
    last_year   INTEGER NOT NULL DEFAULT 0, -- 0: goes on
    recorded    BIGINT NOT NULL,
    recorded_by TEXT NOT NULL DEFAULT '',
    superseded  BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX branchlife_item_kind ON branchlife_item (superseded, kind);

INSERT INTO branchlife_item (id, item_id, kind, position, words, words_en, source, source_en, version, first_year, recorded) VALUES
('01939000-0000-7000-8000-00000000c321', '01939000-0000-7000-8000-00000000c321', 'branch', 1, '支部班子健全，按期换届', 'The branch has its officers and elects them when their term ends', '《中国共产党支部工作条例（试行）》', 'Regulations on the Work of Branches of the CPC (trial)', 1, 2019, 0),
('01939000-0000-7000-8000-00000000c322', '01939000-0000-7000-8000-00000000c322', 'branch', 2, '“三会一课”按规定开展，记录完整', 'The three meetings and one lecture are held as the rules ask, with complete records', '《中国共产党支部工作条例（试行）》第十五条', 'Regulations on the Work of Branches of the CPC (trial), Article 15', 1, 2019, 0),
('01939000-0000-7000-8000-00000000c323', '01939000-0000-7000-8000-00000000c323', 'branch', 3, '主题党日每月开展，主题明确', 'A theme day is held every month, with a clear theme', '《中国共产党支部工作条例（试行）》第十六条', 'Regulations on the Work of Branches of the CPC (trial), Article 16', 1, 2019, 0),
('01939000-0000-7000-8000-00000000c324', '01939000-0000-7000-8000-00000000c324', 'branch', 4, '组织生活会和民主评议党员按年开展，整改有着落', 'The organisation-life meeting and the appraisal are held each year, and what they found is mended', '《中国共产党支部工作条例（试行）》第十七条、第十八条', 'Regulations on the Work of Branches of the CPC (trial), Articles 17 and 18', 1, 2019, 0),
('01939000-0000-7000-8000-00000000c325', '01939000-0000-7000-8000-00000000c325', 'branch', 5, '党费按时足额收缴并公示', 'Dues are paid in time and in full, and this is made known in the branch', '《中国共产党支部工作条例（试行）》', 'Regulations on the Work of Branches of the CPC (trial)', 1, 2019, 0),
('01939000-0000-7000-8000-00000000c326', '01939000-0000-7000-8000-00000000c326', 'branch', 6, '党员名册与组织关系一致', 'The roster agrees with where relations lie', '《中国共产党党员教育管理工作条例》', 'Regulations on the Education and Management of Members of the CPC', 1, 2019, 0),
('01939000-0000-7000-8000-00000000c327', '01939000-0000-7000-8000-00000000c327', 'members_branch', 1, '党员委员全部编入，名册准确', 'Every CPC member of the committee is placed, and the roster is right', '履职党支部工作的通行要求', 'Usual practice of members'' branches', 1, 2019, 0),
('01939000-0000-7000-8000-00000000c328', '01939000-0000-7000-8000-00000000c328', 'members_branch', 2, '每年召开组织生活会，有履职情况评议', 'An organisation-life meeting is held each year, with an appraisal of service', '履职党支部工作的通行要求', 'Usual practice of members'' branches', 1, 2019, 0),
('01939000-0000-7000-8000-00000000c329', '01939000-0000-7000-8000-00000000c329', 'members_branch', 3, '党员委员联系党外委员有安排、有记录', 'CPC members contact members outside the Party, by a plan and with a log', '履职党支部工作的通行要求', 'Usual practice of members'' branches', 1, 2019, 0),
('01939000-0000-7000-8000-00000000c32a', '01939000-0000-7000-8000-00000000c32a', 'members_branch', 4, '参加情况按时告知组织关系所在支部', 'The branch where the relation lies is told in time what a member took part in', '履职党支部工作的通行要求', 'Usual practice of members'' branches', 1, 2019, 0);

-- What a secretary says of an item in a year, with evidence; a later answer supersedes the earlier one, and with it what was said on checking again.
CREATE TABLE branchlife_check (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    year            INTEGER NOT NULL,
    item_id         TEXT NOT NULL,
    version         INTEGER NOT NULL,           -- of the item
    met             TEXT NOT NULL,              -- yes, partly, no
    words           TEXT NOT NULL DEFAULT '',
    gathering_id    TEXT NOT NULL DEFAULT '',
    account_id      TEXT NOT NULL DEFAULT '',
    person_id       TEXT NOT NULL DEFAULT '',
    at              BIGINT NOT NULL,
    superseded      BIGINT NOT NULL DEFAULT 0,
    verdict         TEXT NOT NULL DEFAULT '',   -- agreed, not
    verdict_words   TEXT NOT NULL DEFAULT '',
    verdict_account TEXT NOT NULL DEFAULT '',
    verdict_person  TEXT NOT NULL DEFAULT '',
    verdict_at      BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX branchlife_check_organisation ON branchlife_check (organisation_id, year, superseded);
-- +goose Down
DROP TABLE branchlife_check;
DROP TABLE branchlife_item;
