-- Made by internal/tools/schemadump from the migrations of all modules; do not edit. It is for reading: the program migrates by itself.

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

CREATE TABLE account_attempt (
    subject TEXT NOT NULL,
    source  TEXT NOT NULL,
    counted INTEGER NOT NULL,
    last    BIGINT NOT NULL,
    PRIMARY KEY (subject, source)
);
CREATE INDEX account_attempt_last ON account_attempt (last);

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

CREATE TABLE account_recovery (
    account_id TEXT NOT NULL REFERENCES account (id),
    hash       TEXT NOT NULL,
    used       BIGINT,
    PRIMARY KEY (account_id, hash)
);

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

CREATE TABLE account_totp (
    account_id TEXT PRIMARY KEY REFERENCES account (id),
    sealed     TEXT NOT NULL,
    created    BIGINT NOT NULL,
    confirmed  BIGINT,
    last_step  BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE affiliation (
    id           TEXT PRIMARY KEY,
    person_id    TEXT NOT NULL,
    party        TEXT NOT NULL,
    probationary INTEGER NOT NULL DEFAULT 0,
    valid_from   TEXT NOT NULL,
    valid_to     TEXT NOT NULL DEFAULT '',
    recorded     BIGINT NOT NULL,
    recorded_by  TEXT NOT NULL DEFAULT '',
    superseded   BIGINT NOT NULL DEFAULT 0,
    replaces     TEXT NOT NULL DEFAULT ''
, import_id TEXT NOT NULL DEFAULT '', superseded_import TEXT NOT NULL DEFAULT '');
CREATE INDEX affiliation_person ON affiliation (person_id, superseded);
CREATE INDEX affiliation_sweep ON affiliation (party, person_id, valid_from, valid_to) WHERE superseded = 0;

CREATE TABLE api_once (
    account   TEXT NOT NULL,
    operation TEXT NOT NULL,
    once      TEXT NOT NULL,
    begun     BIGINT NOT NULL,
    done      BIGINT NOT NULL DEFAULT 0,
    body      TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (account, operation, once)
);
CREATE INDEX api_once_begun ON api_once (begun);

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

CREATE TABLE branchlife_lock (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    version BIGINT NOT NULL
);

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

CREATE TABLE branchlife_temporary (
    organisation_id TEXT PRIMARY KEY,
    committee_id    TEXT NOT NULL DEFAULT '',
    approver_id     TEXT NOT NULL,
    purpose         TEXT NOT NULL,
    letter          TEXT NOT NULL DEFAULT '',
    valid_from      TEXT NOT NULL,
    last_day        TEXT NOT NULL,
    dissolved       BIGINT NOT NULL DEFAULT 0,
    created         BIGINT NOT NULL,
    created_by      TEXT NOT NULL DEFAULT '',
    version         INTEGER NOT NULL
);
CREATE INDEX branchlife_temporary_last ON branchlife_temporary (dissolved, last_day);

CREATE TABLE branchlife_temporary_change (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES branchlife_temporary (organisation_id),
    was             TEXT NOT NULL,
    last_day        TEXT NOT NULL,
    reason          TEXT NOT NULL,
    account_id      TEXT NOT NULL DEFAULT '',
    at              BIGINT NOT NULL
);

CREATE TABLE branchlife_transfer (
    id             TEXT PRIMARY KEY,
    person_id      TEXT NOT NULL,
    from_id        TEXT NOT NULL,
    to_id          TEXT NOT NULL DEFAULT '',   -- '': an organisation outside that has only a name yet
    to_name        TEXT NOT NULL DEFAULT '',
    from_committee TEXT NOT NULL DEFAULT '',   -- '': outside the assembly
    to_committee   TEXT NOT NULL DEFAULT '',
    state          TEXT NOT NULL,
    letter         TEXT NOT NULL DEFAULT '',
    issued         TEXT NOT NULL DEFAULT '',
    until          TEXT NOT NULL DEFAULT '',   -- the last day on which the letter is valid
    received_on    TEXT NOT NULL DEFAULT '',
    created        BIGINT NOT NULL,
    created_by     TEXT NOT NULL DEFAULT '',
    version        INTEGER NOT NULL
);
CREATE INDEX branchlife_transfer_from ON branchlife_transfer (from_id);
CREATE INDEX branchlife_transfer_from_committee ON branchlife_transfer (from_committee);
CREATE INDEX branchlife_transfer_person ON branchlife_transfer (person_id);
CREATE INDEX branchlife_transfer_to ON branchlife_transfer (to_id);
CREATE INDEX branchlife_transfer_to_committee ON branchlife_transfer (to_committee);
CREATE INDEX branchlife_transfer_until ON branchlife_transfer (state, until);

CREATE TABLE branchlife_transfer_step (
    id          TEXT PRIMARY KEY,
    transfer_id TEXT NOT NULL REFERENCES branchlife_transfer (id),
    seq         INTEGER NOT NULL,
    action      TEXT NOT NULL,
    from_state  TEXT NOT NULL DEFAULT '',
    to_state    TEXT NOT NULL,
    relation    TEXT NOT NULL,
    account_id  TEXT NOT NULL DEFAULT '',
    reason      TEXT NOT NULL DEFAULT '',
    letter      TEXT NOT NULL DEFAULT '',
    day         TEXT NOT NULL DEFAULT '',
    until       TEXT NOT NULL DEFAULT '',
    at          BIGINT NOT NULL,
    UNIQUE (transfer_id, seq)
);

CREATE TABLE calendar_day (
    id          TEXT PRIMARY KEY,
    day         TEXT NOT NULL,
    working     INTEGER NOT NULL,
    name        TEXT NOT NULL DEFAULT '',
    recorded    BIGINT NOT NULL,
    recorded_by TEXT NOT NULL DEFAULT '',
    superseded  BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX calendar_day_of ON calendar_day (day) WHERE superseded = 0;

CREATE TABLE calendar_version (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    version BIGINT NOT NULL
);

CREATE TABLE contact_link (
    id           TEXT PRIMARY KEY,
    committee_id TEXT NOT NULL,
    kind         TEXT NOT NULL,               -- member, sector, subgroup
    contact_id   TEXT NOT NULL,               -- the person who contacts
    target_id    TEXT NOT NULL,               -- a person, or an organisation for the other kinds
    valid_from   TEXT NOT NULL,
    valid_to     TEXT NOT NULL DEFAULT '',
    end_reason   TEXT NOT NULL DEFAULT '',
    recorded     BIGINT NOT NULL,
    recorded_by  TEXT NOT NULL DEFAULT '',
    superseded   BIGINT NOT NULL DEFAULT 0,   -- 0: the present knowledge
    replaces     TEXT NOT NULL DEFAULT ''
);
CREATE INDEX contact_link_committee ON contact_link (committee_id, superseded);
CREATE INDEX contact_link_contact ON contact_link (contact_id, superseded);
CREATE INDEX contact_link_sweep ON contact_link (committee_id, contact_id, target_id, valid_from, valid_to) WHERE superseded = 0 AND kind = 'member';
CREATE INDEX contact_link_target ON contact_link (target_id, superseded);

CREATE TABLE contact_log (
    id           TEXT PRIMARY KEY,
    committee_id TEXT NOT NULL,
    contact_id   TEXT NOT NULL,
    target_id    TEXT NOT NULL,
    day          TEXT NOT NULL,
    how          TEXT NOT NULL,
    words        TEXT NOT NULL DEFAULT '',    -- sealed; '' when there are none
    author_id    TEXT NOT NULL,               -- the person of the pair who wrote it
    recorded     BIGINT NOT NULL,
    withdrawn    BIGINT NOT NULL DEFAULT 0    -- taken back by its author: the words are gone
);
CREATE INDEX contact_log_committee ON contact_log (committee_id, withdrawn);
CREATE INDEX contact_log_pair ON contact_log (contact_id, target_id, committee_id, day);

CREATE TABLE contact_rule (
    committee_id TEXT PRIMARY KEY,
    most         INTEGER NOT NULL,
    recorded     BIGINT NOT NULL,
    recorded_by  TEXT NOT NULL DEFAULT ''
);

CREATE TABLE contact_version (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    version BIGINT NOT NULL
);

CREATE TABLE directory_import (
    id           TEXT PRIMARY KEY,
    list         TEXT NOT NULL,
    committee_id TEXT NOT NULL DEFAULT '', -- '' for everything
    account      TEXT NOT NULL DEFAULT '',
    account_name TEXT NOT NULL DEFAULT '',
    file_name    TEXT NOT NULL DEFAULT '',
    state        TEXT NOT NULL,
    content      TEXT NOT NULL DEFAULT '', -- sealed
    choices      TEXT NOT NULL DEFAULT '', -- sealed
    result       TEXT NOT NULL DEFAULT '', -- sealed
    done         INTEGER NOT NULL DEFAULT 0,
    total        INTEGER NOT NULL DEFAULT 0,
    added        INTEGER NOT NULL DEFAULT 0,
    changed      INTEGER NOT NULL DEFAULT 0,
    ended        INTEGER NOT NULL DEFAULT 0,
    known        INTEGER NOT NULL DEFAULT 0,
    bad          INTEGER NOT NULL DEFAULT 0,
    created      BIGINT NOT NULL,
    stored       BIGINT NOT NULL DEFAULT 0,
    undone       BIGINT NOT NULL DEFAULT 0,
    undone_by    TEXT NOT NULL DEFAULT ''
);
CREATE INDEX directory_import_created ON directory_import (created);

CREATE TABLE directory_mapping (
    committee_id TEXT NOT NULL,
    list         TEXT NOT NULL,
    headings     TEXT NOT NULL, -- hash of the set of headings
    mapping      TEXT NOT NULL,
    account      TEXT NOT NULL,
    at           BIGINT NOT NULL,
    PRIMARY KEY (committee_id, list, headings)
);

CREATE TABLE directory_version (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    version BIGINT NOT NULL
);

CREATE TABLE division_fact (
    id          TEXT PRIMARY KEY,
    division_id TEXT NOT NULL,
    code        TEXT NOT NULL DEFAULT '',
    name_zh     TEXT NOT NULL,
    name_en     TEXT NOT NULL DEFAULT '',
    level       TEXT NOT NULL,
    parent_id   TEXT NOT NULL DEFAULT '',
    lon         DOUBLE PRECISION NOT NULL DEFAULT 0,
    lat         DOUBLE PRECISION NOT NULL DEFAULT 0,
    valid_from  TEXT NOT NULL,
    valid_to    TEXT NOT NULL DEFAULT '',
    recorded    BIGINT NOT NULL,
    recorded_by TEXT NOT NULL DEFAULT '',
    superseded  BIGINT NOT NULL DEFAULT 0
, import_id TEXT NOT NULL DEFAULT '', superseded_import TEXT NOT NULL DEFAULT '');
CREATE INDEX division_fact_of ON division_fact (division_id, superseded);

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

CREATE TABLE field_fact (
    id         TEXT PRIMARY KEY,
    field_id   TEXT NOT NULL,
    path       TEXT NOT NULL,
    name_zh    TEXT NOT NULL,
    name_en    TEXT NOT NULL DEFAULT '',
    parent_id  TEXT NOT NULL DEFAULT '',
    position   INTEGER NOT NULL DEFAULT 0,
    valid_from TEXT NOT NULL,
    valid_to   TEXT NOT NULL DEFAULT '',
    recorded   BIGINT NOT NULL,
    recorded_by TEXT NOT NULL DEFAULT '',
    superseded BIGINT NOT NULL DEFAULT 0
, import_id TEXT NOT NULL DEFAULT '', superseded_import TEXT NOT NULL DEFAULT '');
CREATE UNIQUE INDEX field_fact_path ON field_fact (path) WHERE superseded = 0 AND valid_to = '';

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
, extra TEXT NOT NULL DEFAULT '{}');
CREATE INDEX gathering_committee ON gathering (committee_id, starts, id);
CREATE INDEX gathering_day ON gathering (day);
CREATE INDEX gathering_state ON gathering (state, starts);

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
, reminded TEXT NOT NULL DEFAULT '');
CREATE INDEX gathering_decision_due ON gathering_decision (due) WHERE done = 0 AND dropped = 0;
CREATE INDEX gathering_decision_of ON gathering_decision (gathering_id);
CREATE INDEX gathering_decision_owner ON gathering_decision (owner_id, done);

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

CREATE TABLE gathering_holder (
    gathering_id    TEXT NOT NULL REFERENCES gathering (id),
    organisation_id TEXT NOT NULL,
    position        INTEGER NOT NULL,
    PRIMARY KEY (gathering_id, organisation_id)
);
CREATE INDEX gathering_holder_organisation ON gathering_holder (organisation_id);

CREATE TABLE gathering_invitation (
    id              TEXT PRIMARY KEY,
    gathering_id    TEXT NOT NULL REFERENCES gathering (id),
    organisation_id TEXT NOT NULL DEFAULT '',
    posts           TEXT NOT NULL DEFAULT '', -- comma between; '' means everybody of the organisation
    person_id       TEXT NOT NULL DEFAULT ''
);
CREATE INDEX gathering_invitation_of ON gathering_invitation (gathering_id);

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

CREATE TABLE gathering_kind (
    committee_id TEXT NOT NULL,
    kind         TEXT NOT NULL,
    rule         TEXT NOT NULL, -- JSON
    recorded     BIGINT NOT NULL,
    recorded_by  TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (committee_id, kind)
);

CREATE TABLE gathering_signin (
    gathering_id  TEXT PRIMARY KEY,
    handle        TEXT NOT NULL UNIQUE,
    secret_sealed TEXT NOT NULL,
    poster        INTEGER NOT NULL DEFAULT 0,
    poster_serial INTEGER NOT NULL DEFAULT 0,
    created       INTEGER NOT NULL
);

CREATE TABLE gathering_signin_guest (
    gathering_id TEXT NOT NULL,
    person_id    TEXT NOT NULL,
    account_id   TEXT NOT NULL,
    asked        INTEGER NOT NULL,
    answered     INTEGER,
    answered_by  TEXT NOT NULL DEFAULT '',
    admitted     INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (gathering_id, person_id)
);

CREATE TABLE gathering_signin_mark (
    gathering_id TEXT NOT NULL,
    person_id    TEXT NOT NULL,
    account_id   TEXT NOT NULL,
    device       TEXT NOT NULL,
    way          TEXT NOT NULL,
    stated       INTEGER NOT NULL,
    received     INTEGER NOT NULL,
    PRIMARY KEY (gathering_id, person_id),
    UNIQUE (gathering_id, device)
);
CREATE INDEX gathering_signin_mark_received ON gathering_signin_mark (received);

CREATE TABLE gathering_signin_try (
    account_id TEXT PRIMARY KEY,
    since      INTEGER NOT NULL,
    fails      INTEGER NOT NULL
);

CREATE TABLE intake_file (
    id      TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    kind    TEXT NOT NULL,
    name    TEXT NOT NULL,
    content TEXT NOT NULL,   -- sealed
    at      BIGINT NOT NULL
);
CREATE INDEX intake_file_at ON intake_file (at);

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

CREATE TABLE membership (
    id              TEXT PRIMARY KEY,
    person_id       TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    post            TEXT NOT NULL,
    sector          TEXT NOT NULL DEFAULT '',
    valid_from      TEXT NOT NULL,
    valid_to        TEXT NOT NULL DEFAULT '',
    end_reason      TEXT NOT NULL DEFAULT '',
    recorded        BIGINT NOT NULL,
    recorded_by     TEXT NOT NULL DEFAULT '',
    superseded      BIGINT NOT NULL DEFAULT 0,
    replaces        TEXT NOT NULL DEFAULT ''
, service TEXT NOT NULL DEFAULT '', start_reason TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '', import_id TEXT NOT NULL DEFAULT '', superseded_import TEXT NOT NULL DEFAULT '');
CREATE INDEX membership_organisation ON membership (organisation_id, superseded, valid_from);
CREATE INDEX membership_person ON membership (person_id, superseded);
CREATE INDEX membership_sweep ON membership (organisation_id, post, sector, person_id, valid_from, valid_to) WHERE superseded = 0;

CREATE TABLE name_grant (
    id           TEXT PRIMARY KEY,
    committee_id TEXT NOT NULL,
    reader_id    TEXT NOT NULL,
    subject      TEXT NOT NULL,
    valid_from   TEXT NOT NULL,
    valid_to     TEXT NOT NULL DEFAULT '',
    recorded     BIGINT NOT NULL,
    recorded_by  TEXT NOT NULL DEFAULT '',
    ended        BIGINT NOT NULL DEFAULT 0,
    ended_by     TEXT NOT NULL DEFAULT ''
);
CREATE INDEX name_grant_committee ON name_grant (committee_id, subject);

CREATE TABLE notice (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    kind       TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    subject    TEXT NOT NULL,
    occasion   TEXT NOT NULL,
    text       TEXT NOT NULL,
    args       TEXT NOT NULL DEFAULT '{}',
    created    BIGINT NOT NULL,
    inside     INTEGER NOT NULL,
    unread     INTEGER NOT NULL,
    read_at    BIGINT NOT NULL DEFAULT 0,
    mail       TEXT NOT NULL DEFAULT '',
    mail_id    TEXT NOT NULL DEFAULT '',
    UNIQUE (account_id, kind, subject_id, occasion)
);
CREATE INDEX notice_created ON notice (created);
CREATE INDEX notice_daily ON notice (mail, account_id);
CREATE INDEX notice_list ON notice (account_id, inside, unread, created, id);
CREATE INDEX notice_mail_of ON notice (mail_id);

CREATE TABLE notice_choice (
    account_id TEXT NOT NULL,
    kind       TEXT NOT NULL,
    inside     INTEGER NOT NULL,
    mail       TEXT NOT NULL,
    PRIMARY KEY (account_id, kind)
);

CREATE TABLE notice_mail (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    kind       TEXT NOT NULL,
    day        TEXT,
    state      TEXT NOT NULL,
    claimed    BIGINT NOT NULL DEFAULT 0,
    created    BIGINT NOT NULL,
    ended      BIGINT NOT NULL DEFAULT 0,
    error      TEXT NOT NULL DEFAULT '',
    UNIQUE (account_id, day)
);
CREATE INDEX notice_mail_state ON notice_mail (state, created);

CREATE TABLE notice_reader (
    account_id TEXT PRIMARY KEY,
    lang       TEXT NOT NULL
);

CREATE TABLE organisation_fact (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    kind            TEXT NOT NULL,
    name_zh         TEXT NOT NULL,
    name_en         TEXT NOT NULL DEFAULT '',
    level           TEXT NOT NULL,
    division_id     TEXT NOT NULL DEFAULT '',
    parent_id       TEXT NOT NULL DEFAULT '',
    code            TEXT NOT NULL DEFAULT '',
    valid_from      TEXT NOT NULL,
    valid_to        TEXT NOT NULL DEFAULT '',
    recorded        BIGINT NOT NULL,
    recorded_by     TEXT NOT NULL DEFAULT '',
    superseded      BIGINT NOT NULL DEFAULT 0
, import_id TEXT NOT NULL DEFAULT '', superseded_import TEXT NOT NULL DEFAULT '');
CREATE INDEX organisation_fact_of ON organisation_fact (organisation_id, superseded);

CREATE TABLE person_correction (
    id        TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    text      TEXT NOT NULL,
    asked     BIGINT NOT NULL,
    state     TEXT NOT NULL, -- asked, done, refused
    answer    TEXT NOT NULL DEFAULT '',
    answered  BIGINT NOT NULL DEFAULT 0,
    by_account TEXT NOT NULL DEFAULT ''
);
CREATE INDEX person_correction_person ON person_correction (person_id, asked);
CREATE INDEX person_correction_state ON person_correction (state, asked);

CREATE TABLE person_fact (
    id          TEXT PRIMARY KEY,
    person_id   TEXT NOT NULL,
    name        TEXT NOT NULL,
    sex         TEXT NOT NULL DEFAULT '',
    birth_year  INTEGER NOT NULL DEFAULT 0,
    phone       TEXT NOT NULL DEFAULT '', -- encrypted
    phone_index TEXT NOT NULL DEFAULT '', -- keyed hash, for exact search
    identity       TEXT NOT NULL DEFAULT '', -- encrypted
    identity_index TEXT NOT NULL DEFAULT '',
    recorded    BIGINT NOT NULL,
    recorded_by TEXT NOT NULL DEFAULT '',
    superseded  BIGINT NOT NULL DEFAULT 0
, import_id TEXT NOT NULL DEFAULT '', superseded_import TEXT NOT NULL DEFAULT '');
CREATE INDEX person_fact_identity ON person_fact (identity_index) WHERE identity_index <> '';
CREATE INDEX person_fact_name ON person_fact (name, superseded);
CREATE INDEX person_fact_of ON person_fact (person_id, superseded);
CREATE INDEX person_fact_phone ON person_fact (phone_index) WHERE phone_index <> '';

CREATE TABLE person_reveal (
    id        TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    what      TEXT NOT NULL, -- phone, identity
    reason    TEXT NOT NULL,
    account   TEXT NOT NULL,
    by_name   TEXT NOT NULL,
    at        BIGINT NOT NULL
);
CREATE INDEX person_reveal_person ON person_reveal (person_id, at);

CREATE TABLE study_audience (
    topic_id        TEXT NOT NULL REFERENCES study_topic (id),
    organisation_id TEXT NOT NULL,
    PRIMARY KEY (topic_id, organisation_id)
);
CREATE INDEX study_audience_organisation ON study_audience (organisation_id);

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
CREATE INDEX study_makeup_person ON study_makeup (person_id);
CREATE INDEX study_makeup_topic ON study_makeup (topic_id, person_id);

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
, due_from TEXT NOT NULL DEFAULT '', due_rule TEXT NOT NULL DEFAULT '');
CREATE INDEX suggestion_figures ON suggestion (closed_at, public, committee_id, raised_at, kind, state, dispatched_at, replied_at, due, rating, class, promised,
    city_id, division_id, top_field_id, lead_id);
CREATE INDEX suggestion_merged ON suggestion (merged_into) WHERE merged_into <> '';
CREATE INDEX suggestion_promise ON suggestion (promised, rid) WHERE promised <> '';
CREATE INDEX suggestion_provisional ON suggestion (rid) WHERE due_provisional = 1;
CREATE INDEX suggestion_public ON suggestion (raised_at, rid, state) WHERE public = 1;
CREATE INDEX suggestion_public_city ON suggestion (city_id, raised_at, rid, state) WHERE public = 1;
CREATE INDEX suggestion_public_committee ON suggestion (committee_id, raised_at, rid, state) WHERE public = 1;
CREATE INDEX suggestion_public_division ON suggestion (division_id, raised_at, rid, state) WHERE public = 1;
CREATE INDEX suggestion_public_field ON suggestion (top_field_id, raised_at, rid, state, field_id) WHERE public = 1;
CREATE INDEX suggestion_public_lead ON suggestion (lead_id, raised_at, rid, state) WHERE public = 1;
CREATE INDEX suggestion_public_state ON suggestion (state, raised_at, rid) WHERE public = 1;
CREATE INDEX suggestion_queue ON suggestion (committee_id, state, due, rid);
CREATE UNIQUE INDEX suggestion_source ON suggestion (source, source_id) WHERE source <> '';

CREATE TABLE suggestion_alike_sim_blk (seg INTEGER NOT NULL, n INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (seg, n));

CREATE TABLE suggestion_alike_sim_gone (rid INTEGER PRIMARY KEY, upto INTEGER NOT NULL);

CREATE TABLE suggestion_alike_sim_new (rid INTEGER PRIMARY KEY, data BLOB NOT NULL);

CREATE TABLE suggestion_alike_sim_seg (id INTEGER PRIMARY KEY, level INTEGER NOT NULL, docs INTEGER NOT NULL, lo INTEGER NOT NULL, hi INTEGER NOT NULL, head BLOB NOT NULL);

CREATE VIRTUAL TABLE suggestion_all_fts USING fts5(title, body, content='', contentless_delete=1, tokenize='ascii');

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
, supporter TEXT NOT NULL DEFAULT '');
CREATE INDEX suggestion_author_account ON suggestion_author (account_id, joined_at) WHERE account_id <> '';
CREATE INDEX suggestion_author_began ON suggestion_author (raised_in, joined_at);
CREATE INDEX suggestion_author_of ON suggestion_author (suggestion_id, joined_at);
CREATE INDEX suggestion_author_phone ON suggestion_author (phone_index) WHERE phone_index <> '';

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

CREATE TABLE suggestion_guard (                               -- attempts by strangers, counted by address, studio or code
    what   TEXT NOT NULL,
    slot   BIGINT NOT NULL,
    count  INTEGER NOT NULL,
    PRIMARY KEY (what, slot)
);

CREATE TABLE suggestion_original (                     -- the text as it came, where the public text was masked or amended
    id            TEXT PRIMARY KEY,
    suggestion_id TEXT NOT NULL REFERENCES suggestion (id),
    title         TEXT NOT NULL,
    body          TEXT NOT NULL,
    at            BIGINT NOT NULL
);
CREATE INDEX suggestion_original_of ON suggestion_original (suggestion_id);

CREATE TABLE suggestion_party (                               -- organisations that have or had a part; decides who may read
    suggestion_id   TEXT NOT NULL REFERENCES suggestion (id),
    organisation_id TEXT NOT NULL,
    part            TEXT NOT NULL,                            -- owner, former, department, office, sponsor
    since           BIGINT NOT NULL,
    PRIMARY KEY (suggestion_id, organisation_id, part)
);
CREATE INDEX suggestion_party_of ON suggestion_party (organisation_id, part);

CREATE VIRTUAL TABLE suggestion_public_text_fts USING fts5(title, body, content='', contentless_delete=1, tokenize='ascii');

CREATE TABLE suggestion_rules (                               -- a committee's rules as data; the newest row counts
    id           TEXT PRIMARY KEY,
    committee_id TEXT NOT NULL,
    rules        TEXT NOT NULL,
    recorded     BIGINT NOT NULL,
    recorded_by  TEXT NOT NULL DEFAULT ''
);
CREATE INDEX suggestion_rules_of ON suggestion_rules (committee_id, recorded);

CREATE TABLE suggestion_sequence (
    committee_id TEXT NOT NULL,
    year         INTEGER NOT NULL,
    last         INTEGER NOT NULL,
    PRIMARY KEY (committee_id, year)
);

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
, return_rule TEXT NOT NULL DEFAULT '', return_provisional INTEGER NOT NULL DEFAULT 0);
CREATE INDEX suggestion_task_due ON suggestion_task (due, id) WHERE state IN ('sent', 'in_hand', 'return_asked', 'drafted') AND due <> '';
CREATE INDEX suggestion_task_of ON suggestion_task (suggestion_id, round);
CREATE INDEX suggestion_task_opinion ON suggestion_task (due) WHERE part IN ('joint', 'assisting') AND state IN ('sent', 'in_hand');
CREATE INDEX suggestion_task_provisional ON suggestion_task (due_provisional) WHERE due_provisional = 1;
CREATE INDEX suggestion_task_queue ON suggestion_task (department_id, state, due);
CREATE INDEX suggestion_task_return_provisional ON suggestion_task (suggestion_id) WHERE return_provisional = 1;

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

CREATE TABLE suggestion_told (                                -- what the passing of time brought already, once for a date
    suggestion_id TEXT NOT NULL REFERENCES suggestion (id),
    what          TEXT NOT NULL,                              -- remind, urge, rate, soon:DEPARTMENT, late:DEPARTMENT
    day           TEXT NOT NULL,
    PRIMARY KEY (suggestion_id, what, day)
);

CREATE TABLE term_fact (
    id           TEXT PRIMARY KEY,
    term_id      TEXT NOT NULL,
    committee_id TEXT NOT NULL,
    number       INTEGER NOT NULL,
    valid_from   TEXT NOT NULL,
    valid_to     TEXT NOT NULL DEFAULT '',
    recorded     BIGINT NOT NULL,
    recorded_by  TEXT NOT NULL DEFAULT '',
    superseded   BIGINT NOT NULL DEFAULT 0
, import_id TEXT NOT NULL DEFAULT '', superseded_import TEXT NOT NULL DEFAULT '');
CREATE INDEX term_fact_of ON term_fact (term_id, superseded);

CREATE TABLE upload (
    id        TEXT PRIMARY KEY,
    owner     TEXT NOT NULL,
    slot      INTEGER,                    -- 0 to the most that one owner may have; NULL once it does not count any more
    name      TEXT NOT NULL,
    type      TEXT NOT NULL,
    size      BIGINT NOT NULL CHECK (size > 0),
    received  BIGINT NOT NULL DEFAULT 0,
    created   BIGINT NOT NULL,
    expires   BIGINT NOT NULL,
    finished  BIGINT,
    CHECK (received >= 0 AND received <= size)
);
CREATE INDEX upload_expires ON upload (expires, id);
CREATE UNIQUE INDEX upload_slot ON upload (owner, slot);

CREATE TABLE upload_piece (
    upload  TEXT NOT NULL REFERENCES upload (id) ON DELETE CASCADE,
    start   BIGINT NOT NULL,
    size    BIGINT NOT NULL CHECK (size > 0),
    blob    TEXT NOT NULL,
    PRIMARY KEY (upload, start)
);
