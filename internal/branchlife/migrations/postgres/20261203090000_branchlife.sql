-- +goose Up
-- How often organisations of a kind gather and why (C3), as facts that are corrected and never overwritten.
CREATE TABLE branchlife_rule (
    id          TEXT PRIMARY KEY,
    scope_id    TEXT NOT NULL DEFAULT '',   -- a committee or one organisation; '': everywhere
    kind        TEXT NOT NULL,              -- of the organisation
    counts      TEXT NOT NULL,              -- what the gathering counts as
    every       TEXT NOT NULL,              -- month, quarter, half, year
    times       INTEGER NOT NULL,
    condition   TEXT NOT NULL DEFAULT '',   -- committee, groups; '': always
    valid_from  TEXT NOT NULL,
    valid_to    TEXT NOT NULL DEFAULT '',
    source      TEXT NOT NULL,
    source_en   TEXT NOT NULL DEFAULT '',
    recorded    BIGINT NOT NULL,
    recorded_by TEXT NOT NULL DEFAULT '',
    superseded  BIGINT NOT NULL DEFAULT 0,  -- 0: the present knowledge
    replaces    TEXT NOT NULL DEFAULT ''
);
CREATE INDEX branchlife_rule_kind ON branchlife_rule (superseded, kind);

INSERT INTO branchlife_rule (id, kind, counts, every, times, condition, valid_from, source, source_en, recorded) VALUES
('01939000-0000-7000-8000-00000000c301', 'branch', 'branch_meeting', 'quarter', 1, '', '2018-10-28', '《中国共产党支部工作条例（试行）》第十一条', 'Regulations on the Work of Branches of the CPC (trial), Article 11', 0),
('01939000-0000-7000-8000-00000000c302', 'branch', 'committee_meeting', 'month', 1, 'committee', '2018-10-28', '《中国共产党支部工作条例（试行）》第十二条', 'Regulations on the Work of Branches of the CPC (trial), Article 12', 0),
('01939000-0000-7000-8000-00000000c303', 'branch', 'group_meeting', 'month', 1, 'groups', '2018-10-28', '《中国共产党支部工作条例（试行）》第十三条', 'Regulations on the Work of Branches of the CPC (trial), Article 13', 0),
('01939000-0000-7000-8000-00000000c304', 'branch', 'theme_day', 'month', 1, '', '2018-10-28', '《中国共产党支部工作条例（试行）》第十六条', 'Regulations on the Work of Branches of the CPC (trial), Article 16', 0),
('01939000-0000-7000-8000-00000000c305', 'branch', 'organisation_life', 'year', 1, '', '2018-10-28', '《中国共产党支部工作条例（试行）》第十七条', 'Regulations on the Work of Branches of the CPC (trial), Article 17', 0),
('01939000-0000-7000-8000-00000000c306', 'branch', 'appraisal', 'year', 1, '', '2018-10-28', '《中国共产党支部工作条例（试行）》第十八条', 'Regulations on the Work of Branches of the CPC (trial), Article 18', 0),
('01939000-0000-7000-8000-00000000c307', 'members_branch', 'organisation_life', 'year', 1, '', '2018-10-28', '党员委员参加双重组织生活的通行要求，各地另有规定的从其规定', 'Usual practice of life in two organisations; a place may ask for more', 0),
('01939000-0000-7000-8000-00000000c308', 'party_group', 'democratic_life', 'year', 1, '', '2018-10-28', '《县以上党和国家机关党员领导干部民主生活会若干规定》', 'Provisions on democratic-life meetings of leading Party cadres at and above county level', 0),
('01939000-0000-7000-8000-00000000c309', 'office_party_group', 'democratic_life', 'year', 1, '', '2018-10-28', '《县以上党和国家机关党员领导干部民主生活会若干规定》', 'Provisions on democratic-life meetings of leading Party cadres at and above county level', 0),
('01939000-0000-7000-8000-00000000c30a', 'party_subgroup', 'democratic_life', 'year', 1, '', '2018-10-28', '参照《县以上党和国家机关党员领导干部民主生活会若干规定》', 'After the provisions on democratic-life meetings of leading Party cadres at and above county level', 0);

-- Lets only one at a time look at the rules before it writes.
CREATE TABLE branchlife_lock (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    version BIGINT NOT NULL
);
INSERT INTO branchlife_lock (one, version) VALUES (1, 1);
-- +goose Down
DROP TABLE branchlife_lock;
DROP TABLE branchlife_rule;
