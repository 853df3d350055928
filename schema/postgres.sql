-- Made by internal/tools/schemadump from the migrations of all modules; do not edit. It is for reading: the program migrates by itself.

CREATE TABLE account (
    id text NOT NULL,
    person_id text,
    login text DEFAULT ''::text NOT NULL,
    login_key text,
    name text NOT NULL,
    find text NOT NULL,
    email_sealed text DEFAULT ''::text NOT NULL,
    email_index text,
    password text DEFAULT ''::text NOT NULL,
    password_at bigint,
    state text NOT NULL,
    created bigint NOT NULL,
    created_by text DEFAULT ''::text NOT NULL,
    CONSTRAINT account_pkey PRIMARY KEY (id),
    CONSTRAINT account_email_index_key UNIQUE (email_index),
    CONSTRAINT account_login_key_key UNIQUE (login_key)
);
CREATE INDEX account_person ON account USING btree (person_id);

CREATE TABLE account_attempt (
    subject text NOT NULL,
    source text NOT NULL,
    counted integer NOT NULL,
    last bigint NOT NULL,
    CONSTRAINT account_attempt_pkey PRIMARY KEY (subject, source)
);
CREATE INDEX account_attempt_last ON account_attempt USING btree (last);

CREATE TABLE account_code (
    hash text NOT NULL,
    kind text NOT NULL,
    account_id text NOT NULL,
    created bigint NOT NULL,
    created_by text DEFAULT ''::text NOT NULL,
    expires bigint NOT NULL,
    used bigint,
    CONSTRAINT account_code_pkey PRIMARY KEY (hash),
    CONSTRAINT account_code_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
CREATE INDEX account_code_account ON account_code USING btree (account_id, kind);
CREATE INDEX account_code_expires ON account_code USING btree (expires);

CREATE TABLE account_grant (
    id text NOT NULL,
    account_id text NOT NULL,
    role text NOT NULL,
    place_id text DEFAULT ''::text NOT NULL,
    from_date text NOT NULL,
    to_date text,
    recorded bigint NOT NULL,
    recorded_by text DEFAULT ''::text NOT NULL,
    superseded bigint,
    superseded_by text DEFAULT ''::text NOT NULL,
    CONSTRAINT account_grant_pkey PRIMARY KEY (id),
    CONSTRAINT account_grant_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
CREATE INDEX account_grant_account ON account_grant USING btree (account_id, superseded);
CREATE INDEX account_grant_place ON account_grant USING btree (place_id, role);

CREATE TABLE account_recovery (
    account_id text NOT NULL,
    hash text NOT NULL,
    used bigint,
    CONSTRAINT account_recovery_pkey PRIMARY KEY (account_id, hash),
    CONSTRAINT account_recovery_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);

CREATE TABLE account_session (
    hash text NOT NULL,
    id text NOT NULL,
    account_id text NOT NULL,
    created bigint NOT NULL,
    last_used bigint NOT NULL,
    browser text NOT NULL,
    system text NOT NULL,
    address text NOT NULL,
    CONSTRAINT account_session_pkey PRIMARY KEY (hash),
    CONSTRAINT account_session_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
    CONSTRAINT account_session_id_key UNIQUE (id)
);
CREATE INDEX account_session_account ON account_session USING btree (account_id);
CREATE INDEX account_session_used ON account_session USING btree (last_used);

CREATE TABLE account_token (
    id text NOT NULL,
    hash text NOT NULL,
    account_id text NOT NULL,
    name text NOT NULL,
    scopes text NOT NULL,
    created bigint NOT NULL,
    expires bigint,
    last_used bigint,
    revoked bigint,
    CONSTRAINT account_token_pkey PRIMARY KEY (id),
    CONSTRAINT account_token_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
    CONSTRAINT account_token_hash_key UNIQUE (hash)
);
CREATE INDEX account_token_account ON account_token USING btree (account_id);

CREATE TABLE account_totp (
    account_id text NOT NULL,
    sealed text NOT NULL,
    created bigint NOT NULL,
    confirmed bigint,
    last_step bigint DEFAULT 0 NOT NULL,
    CONSTRAINT account_totp_pkey PRIMARY KEY (account_id),
    CONSTRAINT account_totp_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);

CREATE TABLE affiliation (
    id text NOT NULL,
    person_id text NOT NULL,
    party text NOT NULL,
    probationary integer DEFAULT 0 NOT NULL,
    valid_from text NOT NULL,
    valid_to text DEFAULT ''::text NOT NULL,
    recorded bigint NOT NULL,
    recorded_by text DEFAULT ''::text NOT NULL,
    superseded bigint DEFAULT 0 NOT NULL,
    replaces text DEFAULT ''::text NOT NULL,
    import_id text DEFAULT ''::text NOT NULL,
    superseded_import text DEFAULT ''::text NOT NULL,
    CONSTRAINT affiliation_pkey PRIMARY KEY (id)
);
CREATE INDEX affiliation_person ON affiliation USING btree (person_id, superseded);
CREATE INDEX affiliation_sweep ON affiliation USING btree (party, person_id, valid_from, valid_to) WHERE (superseded = 0);

CREATE TABLE api_once (
    account text NOT NULL,
    operation text NOT NULL,
    once text NOT NULL,
    begun bigint NOT NULL,
    done bigint DEFAULT 0 NOT NULL,
    body text DEFAULT ''::text NOT NULL,
    CONSTRAINT api_once_pkey PRIMARY KEY (account, operation, once)
);
CREATE INDEX api_once_begun ON api_once USING btree (begun);

CREATE TABLE branchlife_check (
    id text NOT NULL,
    organisation_id text NOT NULL,
    year integer NOT NULL,
    item_id text NOT NULL,
    version integer NOT NULL,
    met text NOT NULL,
    words text DEFAULT ''::text NOT NULL,
    gathering_id text DEFAULT ''::text NOT NULL,
    account_id text DEFAULT ''::text NOT NULL,
    person_id text DEFAULT ''::text NOT NULL,
    at bigint NOT NULL,
    superseded bigint DEFAULT 0 NOT NULL,
    verdict text DEFAULT ''::text NOT NULL,
    verdict_words text DEFAULT ''::text NOT NULL,
    verdict_account text DEFAULT ''::text NOT NULL,
    verdict_person text DEFAULT ''::text NOT NULL,
    verdict_at bigint DEFAULT 0 NOT NULL,
    CONSTRAINT branchlife_check_pkey PRIMARY KEY (id)
);
CREATE INDEX branchlife_check_organisation ON branchlife_check USING btree (organisation_id, year, superseded);

CREATE TABLE branchlife_item (
    id text NOT NULL,
    item_id text NOT NULL,
    scope_id text DEFAULT ''::text NOT NULL,
    kind text NOT NULL,
    position integer NOT NULL,
    words text NOT NULL,
    words_en text DEFAULT ''::text NOT NULL,
    source text NOT NULL,
    source_en text DEFAULT ''::text NOT NULL,
    version integer NOT NULL,
    first_year integer NOT NULL,
    last_year integer DEFAULT 0 NOT NULL,
    recorded bigint NOT NULL,
    recorded_by text DEFAULT ''::text NOT NULL,
    superseded bigint DEFAULT 0 NOT NULL,
    CONSTRAINT branchlife_item_pkey PRIMARY KEY (id)
);
CREATE INDEX branchlife_item_kind ON branchlife_item USING btree (superseded, kind);

CREATE TABLE branchlife_lock (
    one integer NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT branchlife_lock_pkey PRIMARY KEY (one),
    CONSTRAINT branchlife_lock_one_check CHECK ((one = 1))
);

CREATE TABLE branchlife_rule (
    id text NOT NULL,
    scope_id text DEFAULT ''::text NOT NULL,
    kind text NOT NULL,
    counts text NOT NULL,
    every text NOT NULL,
    times integer NOT NULL,
    condition text DEFAULT ''::text NOT NULL,
    valid_from text NOT NULL,
    valid_to text DEFAULT ''::text NOT NULL,
    source text NOT NULL,
    source_en text DEFAULT ''::text NOT NULL,
    recorded bigint NOT NULL,
    recorded_by text DEFAULT ''::text NOT NULL,
    superseded bigint DEFAULT 0 NOT NULL,
    replaces text DEFAULT ''::text NOT NULL,
    CONSTRAINT branchlife_rule_pkey PRIMARY KEY (id)
);
CREATE INDEX branchlife_rule_kind ON branchlife_rule USING btree (superseded, kind);

CREATE TABLE branchlife_temporary (
    organisation_id text NOT NULL,
    committee_id text DEFAULT ''::text NOT NULL,
    approver_id text NOT NULL,
    purpose text NOT NULL,
    letter text DEFAULT ''::text NOT NULL,
    valid_from text NOT NULL,
    last_day text NOT NULL,
    dissolved bigint DEFAULT 0 NOT NULL,
    created bigint NOT NULL,
    created_by text DEFAULT ''::text NOT NULL,
    version integer NOT NULL,
    CONSTRAINT branchlife_temporary_pkey PRIMARY KEY (organisation_id)
);
CREATE INDEX branchlife_temporary_last ON branchlife_temporary USING btree (dissolved, last_day);

CREATE TABLE branchlife_temporary_change (
    id text NOT NULL,
    organisation_id text NOT NULL,
    was text NOT NULL,
    last_day text NOT NULL,
    reason text NOT NULL,
    account_id text DEFAULT ''::text NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT branchlife_temporary_change_pkey PRIMARY KEY (id),
    CONSTRAINT branchlife_temporary_change_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES branchlife_temporary(organisation_id)
);

CREATE TABLE branchlife_transfer (
    id text NOT NULL,
    person_id text NOT NULL,
    from_id text NOT NULL,
    to_id text DEFAULT ''::text NOT NULL,
    to_name text DEFAULT ''::text NOT NULL,
    from_committee text DEFAULT ''::text NOT NULL,
    to_committee text DEFAULT ''::text NOT NULL,
    state text NOT NULL,
    letter text DEFAULT ''::text NOT NULL,
    issued text DEFAULT ''::text NOT NULL,
    until text DEFAULT ''::text NOT NULL,
    received_on text DEFAULT ''::text NOT NULL,
    created bigint NOT NULL,
    created_by text DEFAULT ''::text NOT NULL,
    version integer NOT NULL,
    CONSTRAINT branchlife_transfer_pkey PRIMARY KEY (id)
);
CREATE INDEX branchlife_transfer_from ON branchlife_transfer USING btree (from_id);
CREATE INDEX branchlife_transfer_from_committee ON branchlife_transfer USING btree (from_committee);
CREATE INDEX branchlife_transfer_person ON branchlife_transfer USING btree (person_id);
CREATE INDEX branchlife_transfer_to ON branchlife_transfer USING btree (to_id);
CREATE INDEX branchlife_transfer_to_committee ON branchlife_transfer USING btree (to_committee);
CREATE INDEX branchlife_transfer_until ON branchlife_transfer USING btree (state, until);

CREATE TABLE branchlife_transfer_step (
    id text NOT NULL,
    transfer_id text NOT NULL,
    seq integer NOT NULL,
    action text NOT NULL,
    from_state text DEFAULT ''::text NOT NULL,
    to_state text NOT NULL,
    relation text NOT NULL,
    account_id text DEFAULT ''::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    letter text DEFAULT ''::text NOT NULL,
    day text DEFAULT ''::text NOT NULL,
    until text DEFAULT ''::text NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT branchlife_transfer_step_pkey PRIMARY KEY (id),
    CONSTRAINT branchlife_transfer_step_transfer_id_fkey FOREIGN KEY (transfer_id) REFERENCES branchlife_transfer(id),
    CONSTRAINT branchlife_transfer_step_transfer_id_seq_key UNIQUE (transfer_id, seq)
);

CREATE TABLE calendar_day (
    id text NOT NULL,
    day text NOT NULL,
    working integer NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    recorded bigint NOT NULL,
    recorded_by text DEFAULT ''::text NOT NULL,
    superseded bigint DEFAULT 0 NOT NULL,
    CONSTRAINT calendar_day_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX calendar_day_of ON calendar_day USING btree (day) WHERE (superseded = 0);

CREATE TABLE calendar_version (
    one integer NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT calendar_version_pkey PRIMARY KEY (one),
    CONSTRAINT calendar_version_one_check CHECK ((one = 1))
);

CREATE TABLE contact_link (
    id text NOT NULL,
    committee_id text NOT NULL,
    kind text NOT NULL,
    contact_id text NOT NULL,
    target_id text NOT NULL,
    valid_from text NOT NULL,
    valid_to text DEFAULT ''::text NOT NULL,
    end_reason text DEFAULT ''::text NOT NULL,
    recorded bigint NOT NULL,
    recorded_by text DEFAULT ''::text NOT NULL,
    superseded bigint DEFAULT 0 NOT NULL,
    replaces text DEFAULT ''::text NOT NULL,
    CONSTRAINT contact_link_pkey PRIMARY KEY (id)
);
CREATE INDEX contact_link_committee ON contact_link USING btree (committee_id, superseded);
CREATE INDEX contact_link_contact ON contact_link USING btree (contact_id, superseded);
CREATE INDEX contact_link_sweep ON contact_link USING btree (committee_id, contact_id, target_id, valid_from, valid_to) WHERE ((superseded = 0) AND (kind = 'member'::text));
CREATE INDEX contact_link_target ON contact_link USING btree (target_id, superseded);

CREATE TABLE contact_log (
    id text NOT NULL,
    committee_id text NOT NULL,
    contact_id text NOT NULL,
    target_id text NOT NULL,
    day text NOT NULL,
    how text NOT NULL,
    words text DEFAULT ''::text NOT NULL,
    author_id text NOT NULL,
    recorded bigint NOT NULL,
    withdrawn bigint DEFAULT 0 NOT NULL,
    CONSTRAINT contact_log_pkey PRIMARY KEY (id)
);
CREATE INDEX contact_log_committee ON contact_log USING btree (committee_id, withdrawn);
CREATE INDEX contact_log_pair ON contact_log USING btree (contact_id, target_id, committee_id, day);

CREATE TABLE contact_rule (
    committee_id text NOT NULL,
    most integer NOT NULL,
    recorded bigint NOT NULL,
    recorded_by text DEFAULT ''::text NOT NULL,
    CONSTRAINT contact_rule_pkey PRIMARY KEY (committee_id)
);

CREATE TABLE contact_version (
    one integer NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT contact_version_pkey PRIMARY KEY (one),
    CONSTRAINT contact_version_one_check CHECK ((one = 1))
);

CREATE TABLE directory_import (
    id text NOT NULL,
    list text NOT NULL,
    committee_id text DEFAULT ''::text NOT NULL,
    account text DEFAULT ''::text NOT NULL,
    account_name text DEFAULT ''::text NOT NULL,
    file_name text DEFAULT ''::text NOT NULL,
    state text NOT NULL,
    content text DEFAULT ''::text NOT NULL,
    choices text DEFAULT ''::text NOT NULL,
    result text DEFAULT ''::text NOT NULL,
    done integer DEFAULT 0 NOT NULL,
    total integer DEFAULT 0 NOT NULL,
    added integer DEFAULT 0 NOT NULL,
    changed integer DEFAULT 0 NOT NULL,
    ended integer DEFAULT 0 NOT NULL,
    known integer DEFAULT 0 NOT NULL,
    bad integer DEFAULT 0 NOT NULL,
    created bigint NOT NULL,
    stored bigint DEFAULT 0 NOT NULL,
    undone bigint DEFAULT 0 NOT NULL,
    undone_by text DEFAULT ''::text NOT NULL,
    CONSTRAINT directory_import_pkey PRIMARY KEY (id)
);
CREATE INDEX directory_import_created ON directory_import USING btree (created);

CREATE TABLE directory_mapping (
    committee_id text NOT NULL,
    list text NOT NULL,
    headings text NOT NULL,
    mapping text NOT NULL,
    account text NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT directory_mapping_pkey PRIMARY KEY (committee_id, list, headings)
);

CREATE TABLE directory_version (
    one integer NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT directory_version_pkey PRIMARY KEY (one),
    CONSTRAINT directory_version_one_check CHECK ((one = 1))
);

CREATE TABLE division_fact (
    id text NOT NULL,
    division_id text NOT NULL,
    code text DEFAULT ''::text NOT NULL,
    name_zh text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL,
    level text NOT NULL,
    parent_id text DEFAULT ''::text NOT NULL,
    lon double precision DEFAULT 0 NOT NULL,
    lat double precision DEFAULT 0 NOT NULL,
    valid_from text NOT NULL,
    valid_to text DEFAULT ''::text NOT NULL,
    recorded bigint NOT NULL,
    recorded_by text DEFAULT ''::text NOT NULL,
    superseded bigint DEFAULT 0 NOT NULL,
    import_id text DEFAULT ''::text NOT NULL,
    superseded_import text DEFAULT ''::text NOT NULL,
    CONSTRAINT division_fact_pkey PRIMARY KEY (id)
);
CREATE INDEX division_fact_of ON division_fact USING btree (division_id, superseded);

CREATE TABLE event (
    seq bigint GENERATED AS IDENTITY NOT NULL,
    id text NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    place text DEFAULT ''::text NOT NULL,
    actor text DEFAULT ''::text NOT NULL,
    at bigint NOT NULL,
    payload text NOT NULL,
    CONSTRAINT event_pkey PRIMARY KEY (seq),
    CONSTRAINT event_id_key UNIQUE (id)
);

CREATE TABLE field_fact (
    id text NOT NULL,
    field_id text NOT NULL,
    path text NOT NULL,
    name_zh text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL,
    parent_id text DEFAULT ''::text NOT NULL,
    position integer DEFAULT 0 NOT NULL,
    valid_from text NOT NULL,
    valid_to text DEFAULT ''::text NOT NULL,
    recorded bigint NOT NULL,
    recorded_by text DEFAULT ''::text NOT NULL,
    superseded bigint DEFAULT 0 NOT NULL,
    import_id text DEFAULT ''::text NOT NULL,
    superseded_import text DEFAULT ''::text NOT NULL,
    CONSTRAINT field_fact_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX field_fact_path ON field_fact USING btree (path) WHERE ((superseded = 0) AND (valid_to = ''::text));

CREATE TABLE gathering (
    id text NOT NULL,
    committee_id text NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    body text DEFAULT ''::text NOT NULL,
    place text DEFAULT ''::text NOT NULL,
    starts bigint NOT NULL,
    ends bigint NOT NULL,
    day text NOT NULL,
    state text NOT NULL,
    public integer DEFAULT 0 NOT NULL,
    published bigint DEFAULT 0 NOT NULL,
    opened bigint DEFAULT 0 NOT NULL,
    ended bigint DEFAULT 0 NOT NULL,
    closed bigint DEFAULT 0 NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    minutes text DEFAULT ''::text NOT NULL,
    shown integer DEFAULT 0 NOT NULL,
    created bigint NOT NULL,
    created_by text DEFAULT ''::text NOT NULL,
    sequence integer DEFAULT 0 NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    extra text DEFAULT '{}'::text NOT NULL,
    CONSTRAINT gathering_pkey PRIMARY KEY (id)
);
CREATE INDEX gathering_committee ON gathering USING btree (committee_id, starts, id);
CREATE INDEX gathering_day ON gathering USING btree (day);
CREATE INDEX gathering_state ON gathering USING btree (state, starts);

CREATE TABLE gathering_attendance (
    gathering_id text NOT NULL,
    person_id text NOT NULL,
    state text NOT NULL,
    way text NOT NULL,
    at bigint NOT NULL,
    recorded bigint NOT NULL,
    recorded_by text DEFAULT ''::text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    CONSTRAINT gathering_attendance_pkey PRIMARY KEY (gathering_id, person_id),
    CONSTRAINT gathering_attendance_gathering_id_fkey FOREIGN KEY (gathering_id) REFERENCES gathering(id)
);
CREATE INDEX gathering_attendance_person ON gathering_attendance USING btree (person_id);

CREATE TABLE gathering_decision (
    id text NOT NULL,
    gathering_id text NOT NULL,
    text text NOT NULL,
    owner_id text NOT NULL,
    due text NOT NULL,
    done bigint DEFAULT 0 NOT NULL,
    done_note text DEFAULT ''::text NOT NULL,
    done_by text DEFAULT ''::text NOT NULL,
    dropped bigint DEFAULT 0 NOT NULL,
    drop_reason text DEFAULT ''::text NOT NULL,
    created bigint NOT NULL,
    created_by text DEFAULT ''::text NOT NULL,
    reminded text DEFAULT ''::text NOT NULL,
    CONSTRAINT gathering_decision_pkey PRIMARY KEY (id),
    CONSTRAINT gathering_decision_gathering_id_fkey FOREIGN KEY (gathering_id) REFERENCES gathering(id)
);
CREATE INDEX gathering_decision_due ON gathering_decision USING btree (due) WHERE ((done = 0) AND (dropped = 0));
CREATE INDEX gathering_decision_of ON gathering_decision USING btree (gathering_id);
CREATE INDEX gathering_decision_owner ON gathering_decision USING btree (owner_id, done);

CREATE TABLE gathering_feed (
    id text NOT NULL,
    account_id text NOT NULL,
    person_id text NOT NULL,
    hash text NOT NULL,
    sealed text NOT NULL,
    created bigint NOT NULL,
    last_used bigint,
    revoked bigint,
    CONSTRAINT gathering_feed_pkey PRIMARY KEY (id),
    CONSTRAINT gathering_feed_hash_key UNIQUE (hash)
);
CREATE INDEX gathering_feed_account ON gathering_feed USING btree (account_id, revoked);

CREATE TABLE gathering_file (
    id text NOT NULL,
    gathering_id text NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    size bigint NOT NULL,
    blob text NOT NULL,
    medium text DEFAULT ''::text NOT NULL,
    thumb text DEFAULT ''::text NOT NULL,
    added bigint NOT NULL,
    added_by text DEFAULT ''::text NOT NULL,
    removed bigint DEFAULT 0 NOT NULL,
    CONSTRAINT gathering_file_pkey PRIMARY KEY (id),
    CONSTRAINT gathering_file_gathering_id_fkey FOREIGN KEY (gathering_id) REFERENCES gathering(id)
);
CREATE INDEX gathering_file_of ON gathering_file USING btree (gathering_id);

CREATE TABLE gathering_holder (
    gathering_id text NOT NULL,
    organisation_id text NOT NULL,
    position integer NOT NULL,
    CONSTRAINT gathering_holder_pkey PRIMARY KEY (gathering_id, organisation_id),
    CONSTRAINT gathering_holder_gathering_id_fkey FOREIGN KEY (gathering_id) REFERENCES gathering(id)
);
CREATE INDEX gathering_holder_organisation ON gathering_holder USING btree (organisation_id);

CREATE TABLE gathering_invitation (
    id text NOT NULL,
    gathering_id text NOT NULL,
    organisation_id text DEFAULT ''::text NOT NULL,
    posts text DEFAULT ''::text NOT NULL,
    person_id text DEFAULT ''::text NOT NULL,
    CONSTRAINT gathering_invitation_pkey PRIMARY KEY (id),
    CONSTRAINT gathering_invitation_gathering_id_fkey FOREIGN KEY (gathering_id) REFERENCES gathering(id)
);
CREATE INDEX gathering_invitation_of ON gathering_invitation USING btree (gathering_id);

CREATE TABLE gathering_invite (
    id text NOT NULL,
    gathering_id text NOT NULL,
    account_id text NOT NULL,
    number bigint NOT NULL,
    form text NOT NULL,
    state text NOT NULL,
    created bigint NOT NULL,
    ended bigint,
    CONSTRAINT gathering_invite_pkey PRIMARY KEY (id),
    CONSTRAINT gathering_invite_gathering_id_account_id_number_key UNIQUE (gathering_id, account_id, number)
);

CREATE TABLE gathering_invite_off (
    account_id text NOT NULL,
    since bigint NOT NULL,
    CONSTRAINT gathering_invite_off_pkey PRIMARY KEY (account_id)
);

CREATE TABLE gathering_invitee (
    gathering_id text NOT NULL,
    person_id text NOT NULL,
    added bigint NOT NULL,
    answer text DEFAULT ''::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    answered bigint DEFAULT 0 NOT NULL,
    granted text DEFAULT ''::text NOT NULL,
    CONSTRAINT gathering_invitee_pkey PRIMARY KEY (gathering_id, person_id),
    CONSTRAINT gathering_invitee_gathering_id_fkey FOREIGN KEY (gathering_id) REFERENCES gathering(id)
);
CREATE INDEX gathering_invitee_person ON gathering_invitee USING btree (person_id);

CREATE TABLE gathering_item (
    id text NOT NULL,
    gathering_id text NOT NULL,
    position integer NOT NULL,
    title text NOT NULL,
    study integer DEFAULT 0 NOT NULL,
    speaker text DEFAULT ''::text NOT NULL,
    minutes integer DEFAULT 0 NOT NULL,
    CONSTRAINT gathering_item_pkey PRIMARY KEY (id),
    CONSTRAINT gathering_item_gathering_id_fkey FOREIGN KEY (gathering_id) REFERENCES gathering(id)
);
CREATE INDEX gathering_item_of ON gathering_item USING btree (gathering_id, "position");

CREATE TABLE gathering_kind (
    committee_id text NOT NULL,
    kind text NOT NULL,
    rule text NOT NULL,
    recorded bigint NOT NULL,
    recorded_by text DEFAULT ''::text NOT NULL,
    CONSTRAINT gathering_kind_pkey PRIMARY KEY (committee_id, kind)
);

CREATE TABLE gathering_signin (
    gathering_id text NOT NULL,
    handle text NOT NULL,
    secret_sealed text NOT NULL,
    poster bigint DEFAULT 0 NOT NULL,
    poster_serial bigint DEFAULT 0 NOT NULL,
    created bigint NOT NULL,
    CONSTRAINT gathering_signin_pkey PRIMARY KEY (gathering_id),
    CONSTRAINT gathering_signin_handle_key UNIQUE (handle)
);

CREATE TABLE gathering_signin_guest (
    gathering_id text NOT NULL,
    person_id text NOT NULL,
    account_id text NOT NULL,
    asked bigint NOT NULL,
    answered bigint,
    answered_by text DEFAULT ''::text NOT NULL,
    admitted bigint DEFAULT 0 NOT NULL,
    CONSTRAINT gathering_signin_guest_pkey PRIMARY KEY (gathering_id, person_id)
);

CREATE TABLE gathering_signin_mark (
    gathering_id text NOT NULL,
    person_id text NOT NULL,
    account_id text NOT NULL,
    device text NOT NULL,
    way text NOT NULL,
    stated bigint NOT NULL,
    received bigint NOT NULL,
    CONSTRAINT gathering_signin_mark_pkey PRIMARY KEY (gathering_id, person_id),
    CONSTRAINT gathering_signin_mark_gathering_id_device_key UNIQUE (gathering_id, device)
);
CREATE INDEX gathering_signin_mark_received ON gathering_signin_mark USING btree (received);

CREATE TABLE gathering_signin_try (
    account_id text NOT NULL,
    since bigint NOT NULL,
    fails bigint NOT NULL,
    CONSTRAINT gathering_signin_try_pkey PRIMARY KEY (account_id)
);

CREATE TABLE intake_file (
    id text NOT NULL,
    account text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    content text NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT intake_file_pkey PRIMARY KEY (id)
);
CREATE INDEX intake_file_at ON intake_file USING btree (at);

CREATE TABLE job (
    id bigint GENERATED AS IDENTITY NOT NULL,
    kind text NOT NULL,
    payload text NOT NULL,
    state text DEFAULT 'ready'::text NOT NULL,
    run_at bigint NOT NULL,
    locked_until bigint DEFAULT 0 NOT NULL,
    receipt bigint DEFAULT 0 NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    once text,
    last_error text DEFAULT ''::text NOT NULL,
    created bigint NOT NULL,
    CONSTRAINT job_pkey PRIMARY KEY (id),
    CONSTRAINT job_once_key UNIQUE (once)
);
CREATE INDEX job_ready ON job USING btree (state, run_at, id);

CREATE TABLE membership (
    id text NOT NULL,
    person_id text NOT NULL,
    organisation_id text NOT NULL,
    post text NOT NULL,
    sector text DEFAULT ''::text NOT NULL,
    valid_from text NOT NULL,
    valid_to text DEFAULT ''::text NOT NULL,
    end_reason text DEFAULT ''::text NOT NULL,
    recorded bigint NOT NULL,
    recorded_by text DEFAULT ''::text NOT NULL,
    superseded bigint DEFAULT 0 NOT NULL,
    replaces text DEFAULT ''::text NOT NULL,
    service text DEFAULT ''::text NOT NULL,
    start_reason text DEFAULT ''::text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    import_id text DEFAULT ''::text NOT NULL,
    superseded_import text DEFAULT ''::text NOT NULL,
    CONSTRAINT membership_pkey PRIMARY KEY (id)
);
CREATE INDEX membership_organisation ON membership USING btree (organisation_id, superseded, valid_from);
CREATE INDEX membership_person ON membership USING btree (person_id, superseded);
CREATE INDEX membership_sweep ON membership USING btree (organisation_id, post, sector, person_id, valid_from, valid_to) WHERE (superseded = 0);

CREATE TABLE name_grant (
    id text NOT NULL,
    committee_id text NOT NULL,
    reader_id text NOT NULL,
    subject text NOT NULL,
    valid_from text NOT NULL,
    valid_to text DEFAULT ''::text NOT NULL,
    recorded bigint NOT NULL,
    recorded_by text DEFAULT ''::text NOT NULL,
    ended bigint DEFAULT 0 NOT NULL,
    ended_by text DEFAULT ''::text NOT NULL,
    CONSTRAINT name_grant_pkey PRIMARY KEY (id)
);
CREATE INDEX name_grant_committee ON name_grant USING btree (committee_id, subject);

CREATE TABLE notice (
    id text NOT NULL,
    account_id text NOT NULL,
    kind text NOT NULL,
    subject_id text NOT NULL,
    subject text NOT NULL,
    occasion text NOT NULL,
    text text NOT NULL,
    args text DEFAULT '{}'::text NOT NULL,
    created bigint NOT NULL,
    inside integer NOT NULL,
    unread integer NOT NULL,
    read_at bigint DEFAULT 0 NOT NULL,
    mail text DEFAULT ''::text NOT NULL,
    mail_id text DEFAULT ''::text NOT NULL,
    CONSTRAINT notice_pkey PRIMARY KEY (id),
    CONSTRAINT notice_account_id_kind_subject_id_occasion_key UNIQUE (account_id, kind, subject_id, occasion)
);
CREATE INDEX notice_created ON notice USING btree (created);
CREATE INDEX notice_daily ON notice USING btree (mail, account_id);
CREATE INDEX notice_list ON notice USING btree (account_id, inside, unread, created, id);
CREATE INDEX notice_mail_of ON notice USING btree (mail_id);

CREATE TABLE notice_choice (
    account_id text NOT NULL,
    kind text NOT NULL,
    inside integer NOT NULL,
    mail text NOT NULL,
    CONSTRAINT notice_choice_pkey PRIMARY KEY (account_id, kind)
);

CREATE TABLE notice_mail (
    id text NOT NULL,
    account_id text NOT NULL,
    kind text NOT NULL,
    day text,
    state text NOT NULL,
    claimed bigint DEFAULT 0 NOT NULL,
    created bigint NOT NULL,
    ended bigint DEFAULT 0 NOT NULL,
    error text DEFAULT ''::text NOT NULL,
    CONSTRAINT notice_mail_pkey PRIMARY KEY (id),
    CONSTRAINT notice_mail_account_id_day_key UNIQUE (account_id, day)
);
CREATE INDEX notice_mail_state ON notice_mail USING btree (state, created);

CREATE TABLE notice_reader (
    account_id text NOT NULL,
    lang text NOT NULL,
    CONSTRAINT notice_reader_pkey PRIMARY KEY (account_id)
);

CREATE TABLE organisation_fact (
    id text NOT NULL,
    organisation_id text NOT NULL,
    kind text NOT NULL,
    name_zh text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL,
    level text NOT NULL,
    division_id text DEFAULT ''::text NOT NULL,
    parent_id text DEFAULT ''::text NOT NULL,
    code text DEFAULT ''::text NOT NULL,
    valid_from text NOT NULL,
    valid_to text DEFAULT ''::text NOT NULL,
    recorded bigint NOT NULL,
    recorded_by text DEFAULT ''::text NOT NULL,
    superseded bigint DEFAULT 0 NOT NULL,
    import_id text DEFAULT ''::text NOT NULL,
    superseded_import text DEFAULT ''::text NOT NULL,
    CONSTRAINT organisation_fact_pkey PRIMARY KEY (id)
);
CREATE INDEX organisation_fact_of ON organisation_fact USING btree (organisation_id, superseded);

CREATE TABLE person_correction (
    id text NOT NULL,
    person_id text NOT NULL,
    text text NOT NULL,
    asked bigint NOT NULL,
    state text NOT NULL,
    answer text DEFAULT ''::text NOT NULL,
    answered bigint DEFAULT 0 NOT NULL,
    by_account text DEFAULT ''::text NOT NULL,
    CONSTRAINT person_correction_pkey PRIMARY KEY (id)
);
CREATE INDEX person_correction_person ON person_correction USING btree (person_id, asked);
CREATE INDEX person_correction_state ON person_correction USING btree (state, asked);

CREATE TABLE person_fact (
    id text NOT NULL,
    person_id text NOT NULL,
    name text NOT NULL,
    sex text DEFAULT ''::text NOT NULL,
    birth_year integer DEFAULT 0 NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    phone_index text DEFAULT ''::text NOT NULL,
    identity text DEFAULT ''::text NOT NULL,
    identity_index text DEFAULT ''::text NOT NULL,
    recorded bigint NOT NULL,
    recorded_by text DEFAULT ''::text NOT NULL,
    superseded bigint DEFAULT 0 NOT NULL,
    import_id text DEFAULT ''::text NOT NULL,
    superseded_import text DEFAULT ''::text NOT NULL,
    CONSTRAINT person_fact_pkey PRIMARY KEY (id)
);
CREATE INDEX person_fact_identity ON person_fact USING btree (identity_index) WHERE (identity_index <> ''::text);
CREATE INDEX person_fact_name ON person_fact USING btree (name, superseded);
CREATE INDEX person_fact_of ON person_fact USING btree (person_id, superseded);
CREATE INDEX person_fact_phone ON person_fact USING btree (phone_index) WHERE (phone_index <> ''::text);

CREATE TABLE person_reveal (
    id text NOT NULL,
    person_id text NOT NULL,
    what text NOT NULL,
    reason text NOT NULL,
    account text NOT NULL,
    by_name text NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT person_reveal_pkey PRIMARY KEY (id)
);
CREATE INDEX person_reveal_person ON person_reveal USING btree (person_id, at);

CREATE TABLE study_audience (
    topic_id text NOT NULL,
    organisation_id text NOT NULL,
    CONSTRAINT study_audience_pkey PRIMARY KEY (topic_id, organisation_id),
    CONSTRAINT study_audience_topic_id_fkey FOREIGN KEY (topic_id) REFERENCES study_topic(id)
);
CREATE INDEX study_audience_organisation ON study_audience USING btree (organisation_id);

CREATE TABLE study_makeup (
    id text NOT NULL,
    topic_id text NOT NULL,
    person_id text NOT NULL,
    day text NOT NULL,
    note text NOT NULL,
    state text NOT NULL,
    answer text DEFAULT ''::text NOT NULL,
    recorded bigint NOT NULL,
    decided bigint DEFAULT 0 NOT NULL,
    decided_by text DEFAULT ''::text NOT NULL,
    CONSTRAINT study_makeup_pkey PRIMARY KEY (id),
    CONSTRAINT study_makeup_topic_id_fkey FOREIGN KEY (topic_id) REFERENCES study_topic(id)
);
CREATE INDEX study_makeup_person ON study_makeup USING btree (person_id);
CREATE INDEX study_makeup_topic ON study_makeup USING btree (topic_id, person_id);

CREATE TABLE study_material (
    id text NOT NULL,
    topic_id text NOT NULL,
    title text NOT NULL,
    address text DEFAULT ''::text NOT NULL,
    blob text DEFAULT ''::text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    type text DEFAULT ''::text NOT NULL,
    size bigint DEFAULT 0 NOT NULL,
    added bigint NOT NULL,
    added_by text DEFAULT ''::text NOT NULL,
    removed bigint DEFAULT 0 NOT NULL,
    CONSTRAINT study_material_pkey PRIMARY KEY (id),
    CONSTRAINT study_material_topic_id_fkey FOREIGN KEY (topic_id) REFERENCES study_topic(id)
);
CREATE INDEX study_material_topic ON study_material USING btree (topic_id);

CREATE TABLE study_session (
    topic_id text NOT NULL,
    gathering_id text NOT NULL,
    linked bigint NOT NULL,
    linked_by text DEFAULT ''::text NOT NULL,
    CONSTRAINT study_session_pkey PRIMARY KEY (topic_id, gathering_id),
    CONSTRAINT study_session_topic_id_fkey FOREIGN KEY (topic_id) REFERENCES study_topic(id)
);
CREATE INDEX study_session_gathering ON study_session USING btree (gathering_id);

CREATE TABLE study_topic (
    id text NOT NULL,
    committee_id text NOT NULL,
    organisation_id text NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    text text DEFAULT ''::text NOT NULL,
    from_day text NOT NULL,
    to_day text NOT NULL,
    published bigint DEFAULT 0 NOT NULL,
    withdrawn bigint DEFAULT 0 NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    created bigint NOT NULL,
    created_by text DEFAULT ''::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT study_topic_pkey PRIMARY KEY (id)
);
CREATE INDEX study_topic_committee ON study_topic USING btree (committee_id, from_day);

CREATE TABLE suggestion (
    rid bigint GENERATED AS IDENTITY NOT NULL,
    id text NOT NULL,
    number text,
    committee_id text NOT NULL,
    origin text NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    round integer DEFAULT 1 NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    place text DEFAULT ''::text NOT NULL,
    lon double precision DEFAULT 0 NOT NULL,
    lat double precision DEFAULT 0 NOT NULL,
    division_id text DEFAULT ''::text NOT NULL,
    city_id text DEFAULT ''::text NOT NULL,
    field_id text DEFAULT ''::text NOT NULL,
    top_field_id text DEFAULT ''::text NOT NULL,
    public integer DEFAULT 0 NOT NULL,
    public_wish integer DEFAULT 1 NOT NULL,
    public_reason text DEFAULT ''::text NOT NULL,
    queued text DEFAULT ''::text NOT NULL,
    base_support integer DEFAULT 0 NOT NULL,
    support integer DEFAULT 0 NOT NULL,
    author_count integer DEFAULT 0 NOT NULL,
    channel text DEFAULT ''::text NOT NULL,
    office_id text DEFAULT ''::text NOT NULL,
    lead_id text DEFAULT ''::text NOT NULL,
    sponsor_id text DEFAULT ''::text NOT NULL,
    class text DEFAULT ''::text NOT NULL,
    promised text DEFAULT ''::text NOT NULL,
    rating text DEFAULT ''::text NOT NULL,
    due text DEFAULT ''::text NOT NULL,
    due_provisional integer DEFAULT 0 NOT NULL,
    raised_at bigint DEFAULT 0 NOT NULL,
    dispatched_at bigint DEFAULT 0 NOT NULL,
    replied_at bigint DEFAULT 0 NOT NULL,
    closed_at bigint DEFAULT 0 NOT NULL,
    updated_at bigint NOT NULL,
    merged_into text DEFAULT ''::text NOT NULL,
    converted_to text DEFAULT ''::text NOT NULL,
    source text DEFAULT ''::text NOT NULL,
    source_id text DEFAULT ''::text NOT NULL,
    once_key text,
    version integer DEFAULT 1 NOT NULL,
    steps integer DEFAULT 0 NOT NULL,
    due_from text DEFAULT ''::text NOT NULL,
    due_rule text DEFAULT ''::text NOT NULL,
    CONSTRAINT suggestion_pkey PRIMARY KEY (rid),
    CONSTRAINT suggestion_id_key UNIQUE (id),
    CONSTRAINT suggestion_number_key UNIQUE (number),
    CONSTRAINT suggestion_once_key_key UNIQUE (once_key)
);
CREATE INDEX suggestion_figures ON suggestion USING btree (closed_at, public, committee_id, raised_at, kind, state, dispatched_at, replied_at, due, rating, class, promised, city_id, division_id, top_field_id, lead_id);
CREATE INDEX suggestion_merged ON suggestion USING btree (merged_into) WHERE (merged_into <> ''::text);
CREATE INDEX suggestion_promise ON suggestion USING btree (promised, rid) WHERE (promised <> ''::text);
CREATE INDEX suggestion_provisional ON suggestion USING btree (rid) WHERE (due_provisional = 1);
CREATE INDEX suggestion_public ON suggestion USING btree (raised_at, rid, state) WHERE (public = 1);
CREATE INDEX suggestion_public_city ON suggestion USING btree (city_id, raised_at, rid, state) WHERE (public = 1);
CREATE INDEX suggestion_public_committee ON suggestion USING btree (committee_id, raised_at, rid, state) WHERE (public = 1);
CREATE INDEX suggestion_public_division ON suggestion USING btree (division_id, raised_at, rid, state) WHERE (public = 1);
CREATE INDEX suggestion_public_field ON suggestion USING btree (top_field_id, raised_at, rid, state, field_id) WHERE (public = 1);
CREATE INDEX suggestion_public_lead ON suggestion USING btree (lead_id, raised_at, rid, state) WHERE (public = 1);
CREATE INDEX suggestion_public_state ON suggestion USING btree (state, raised_at, rid) WHERE (public = 1);
CREATE INDEX suggestion_queue ON suggestion USING btree (committee_id, state, due, rid);
CREATE UNIQUE INDEX suggestion_source ON suggestion USING btree (source, source_id) WHERE (source <> ''::text);

CREATE TABLE suggestion_alike_sim_blk (
    seg bigint NOT NULL,
    n bigint NOT NULL,
    data bytea NOT NULL,
    CONSTRAINT suggestion_alike_sim_blk_pkey PRIMARY KEY (seg, n)
);

CREATE TABLE suggestion_alike_sim_gone (
    rid bigint NOT NULL,
    upto bigint NOT NULL,
    CONSTRAINT suggestion_alike_sim_gone_pkey PRIMARY KEY (rid)
);

CREATE TABLE suggestion_alike_sim_new (
    rid bigint NOT NULL,
    data bytea NOT NULL,
    CONSTRAINT suggestion_alike_sim_new_pkey PRIMARY KEY (rid)
);

CREATE TABLE suggestion_alike_sim_seg (
    id bigint NOT NULL,
    level bigint NOT NULL,
    docs bigint NOT NULL,
    lo bigint NOT NULL,
    hi bigint NOT NULL,
    head bytea NOT NULL,
    CONSTRAINT suggestion_alike_sim_seg_pkey PRIMARY KEY (id)
);

CREATE TABLE suggestion_all_fts (
    rid bigint NOT NULL,
    title tsvector NOT NULL,
    tsv tsvector NOT NULL,
    CONSTRAINT suggestion_all_fts_pkey PRIMARY KEY (rid)
);
CREATE INDEX suggestion_all_fts_tsv ON suggestion_all_fts USING gin (tsv);

CREATE TABLE suggestion_all_fts_long (
    rid bigint NOT NULL,
    part integer NOT NULL,
    tsv tsvector NOT NULL,
    CONSTRAINT suggestion_all_fts_long_pkey PRIMARY KEY (rid, part)
);
CREATE INDEX suggestion_all_fts_long_tsv ON suggestion_all_fts_long USING gin (tsv);

CREATE TABLE suggestion_author (
    id text NOT NULL,
    suggestion_id text NOT NULL,
    raised_in text NOT NULL,
    kind text NOT NULL,
    part text NOT NULL,
    account_id text DEFAULT ''::text NOT NULL,
    person_id text DEFAULT ''::text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    phone_index text DEFAULT ''::text NOT NULL,
    code text,
    rating text DEFAULT ''::text NOT NULL,
    rating_reason text DEFAULT ''::text NOT NULL,
    rated_at bigint DEFAULT 0 NOT NULL,
    joined_at bigint NOT NULL,
    entered_by text DEFAULT ''::text NOT NULL,
    supporter text DEFAULT ''::text NOT NULL,
    CONSTRAINT suggestion_author_pkey PRIMARY KEY (id),
    CONSTRAINT suggestion_author_code_key UNIQUE (code),
    CONSTRAINT suggestion_author_suggestion_id_fkey FOREIGN KEY (suggestion_id) REFERENCES suggestion(id)
);
CREATE INDEX suggestion_author_account ON suggestion_author USING btree (account_id, joined_at) WHERE (account_id <> ''::text);
CREATE INDEX suggestion_author_began ON suggestion_author USING btree (raised_in, joined_at);
CREATE INDEX suggestion_author_of ON suggestion_author USING btree (suggestion_id, joined_at);
CREATE INDEX suggestion_author_phone ON suggestion_author USING btree (phone_index) WHERE (phone_index <> ''::text);

CREATE TABLE suggestion_file (
    id text NOT NULL,
    suggestion_id text NOT NULL,
    step_id text DEFAULT ''::text NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    size bigint NOT NULL,
    blob text NOT NULL,
    thumb text DEFAULT ''::text NOT NULL,
    medium text DEFAULT ''::text NOT NULL,
    width integer DEFAULT 0 NOT NULL,
    height integer DEFAULT 0 NOT NULL,
    audience text NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT suggestion_file_pkey PRIMARY KEY (id),
    CONSTRAINT suggestion_file_suggestion_id_fkey FOREIGN KEY (suggestion_id) REFERENCES suggestion(id)
);
CREATE INDEX suggestion_file_of ON suggestion_file USING btree (suggestion_id, at);

CREATE TABLE suggestion_guard (
    what text NOT NULL,
    slot bigint NOT NULL,
    count integer NOT NULL,
    CONSTRAINT suggestion_guard_pkey PRIMARY KEY (what, slot)
);

CREATE TABLE suggestion_original (
    id text NOT NULL,
    suggestion_id text NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT suggestion_original_pkey PRIMARY KEY (id),
    CONSTRAINT suggestion_original_suggestion_id_fkey FOREIGN KEY (suggestion_id) REFERENCES suggestion(id)
);
CREATE INDEX suggestion_original_of ON suggestion_original USING btree (suggestion_id);

CREATE TABLE suggestion_party (
    suggestion_id text NOT NULL,
    organisation_id text NOT NULL,
    part text NOT NULL,
    since bigint NOT NULL,
    CONSTRAINT suggestion_party_pkey PRIMARY KEY (suggestion_id, organisation_id, part),
    CONSTRAINT suggestion_party_suggestion_id_fkey FOREIGN KEY (suggestion_id) REFERENCES suggestion(id)
);
CREATE INDEX suggestion_party_of ON suggestion_party USING btree (organisation_id, part);

CREATE TABLE suggestion_public_text_fts (
    rid bigint NOT NULL,
    title tsvector NOT NULL,
    tsv tsvector NOT NULL,
    CONSTRAINT suggestion_public_text_fts_pkey PRIMARY KEY (rid)
);
CREATE INDEX suggestion_public_text_fts_tsv ON suggestion_public_text_fts USING gin (tsv);

CREATE TABLE suggestion_public_text_fts_long (
    rid bigint NOT NULL,
    part integer NOT NULL,
    tsv tsvector NOT NULL,
    CONSTRAINT suggestion_public_text_fts_long_pkey PRIMARY KEY (rid, part)
);
CREATE INDEX suggestion_public_text_fts_long_tsv ON suggestion_public_text_fts_long USING gin (tsv);

CREATE TABLE suggestion_rules (
    id text NOT NULL,
    committee_id text NOT NULL,
    rules text NOT NULL,
    recorded bigint NOT NULL,
    recorded_by text DEFAULT ''::text NOT NULL,
    CONSTRAINT suggestion_rules_pkey PRIMARY KEY (id)
);
CREATE INDEX suggestion_rules_of ON suggestion_rules USING btree (committee_id, recorded);

CREATE TABLE suggestion_sequence (
    committee_id text NOT NULL,
    year integer NOT NULL,
    last integer NOT NULL,
    CONSTRAINT suggestion_sequence_pkey PRIMARY KEY (committee_id, year)
);

CREATE TABLE suggestion_step (
    id text NOT NULL,
    suggestion_id text NOT NULL,
    seq integer NOT NULL,
    action text NOT NULL,
    from_state text NOT NULL,
    to_state text NOT NULL,
    round integer DEFAULT 1 NOT NULL,
    at bigint NOT NULL,
    account_id text DEFAULT ''::text NOT NULL,
    relation text NOT NULL,
    office_id text DEFAULT ''::text NOT NULL,
    department_id text DEFAULT ''::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    body text DEFAULT ''::text NOT NULL,
    audience text NOT NULL,
    details text DEFAULT '{}'::text NOT NULL,
    CONSTRAINT suggestion_step_pkey PRIMARY KEY (id),
    CONSTRAINT suggestion_step_suggestion_id_fkey FOREIGN KEY (suggestion_id) REFERENCES suggestion(id)
);
CREATE UNIQUE INDEX suggestion_step_of ON suggestion_step USING btree (suggestion_id, seq);

CREATE TABLE suggestion_task (
    id text NOT NULL,
    suggestion_id text NOT NULL,
    round integer NOT NULL,
    department_id text NOT NULL,
    part text NOT NULL,
    state text NOT NULL,
    sent_at bigint NOT NULL,
    due text DEFAULT ''::text NOT NULL,
    due_provisional integer DEFAULT 0 NOT NULL,
    due_rule text DEFAULT ''::text NOT NULL,
    return_until text DEFAULT ''::text NOT NULL,
    acknowledged_at bigint DEFAULT 0 NOT NULL,
    time_asked text DEFAULT ''::text NOT NULL,
    time_answer text DEFAULT ''::text NOT NULL,
    answer text DEFAULT ''::text NOT NULL,
    answer_number text DEFAULT ''::text NOT NULL,
    class text DEFAULT ''::text NOT NULL,
    promised text DEFAULT ''::text NOT NULL,
    drafted_at bigint DEFAULT 0 NOT NULL,
    signed_at bigint DEFAULT 0 NOT NULL,
    done_at bigint DEFAULT 0 NOT NULL,
    return_rule text DEFAULT ''::text NOT NULL,
    return_provisional integer DEFAULT 0 NOT NULL,
    CONSTRAINT suggestion_task_pkey PRIMARY KEY (id),
    CONSTRAINT suggestion_task_suggestion_id_fkey FOREIGN KEY (suggestion_id) REFERENCES suggestion(id)
);
CREATE INDEX suggestion_task_due ON suggestion_task USING btree (due, id) WHERE ((state = ANY (ARRAY['sent'::text, 'in_hand'::text, 'return_asked'::text, 'drafted'::text])) AND (due <> ''::text));
CREATE INDEX suggestion_task_of ON suggestion_task USING btree (suggestion_id, round);
CREATE INDEX suggestion_task_opinion ON suggestion_task USING btree (due) WHERE ((part = ANY (ARRAY['joint'::text, 'assisting'::text])) AND (state = ANY (ARRAY['sent'::text, 'in_hand'::text])));
CREATE INDEX suggestion_task_provisional ON suggestion_task USING btree (due_provisional) WHERE (due_provisional = 1);
CREATE INDEX suggestion_task_queue ON suggestion_task USING btree (department_id, state, due);
CREATE INDEX suggestion_task_return_provisional ON suggestion_task USING btree (suggestion_id) WHERE (return_provisional = 1);

CREATE TABLE suggestion_template (
    template_id text NOT NULL,
    revision integer NOT NULL,
    owner_id text NOT NULL,
    action text NOT NULL,
    name_zh text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL,
    body text NOT NULL,
    class text DEFAULT ''::text NOT NULL,
    position integer NOT NULL,
    retired integer DEFAULT 0 NOT NULL,
    recorded bigint NOT NULL,
    recorded_by text DEFAULT ''::text NOT NULL,
    CONSTRAINT suggestion_template_pkey PRIMARY KEY (template_id, revision)
);
CREATE INDEX suggestion_template_of ON suggestion_template USING btree (owner_id, template_id, revision);

CREATE TABLE suggestion_told (
    suggestion_id text NOT NULL,
    what text NOT NULL,
    day text NOT NULL,
    CONSTRAINT suggestion_told_pkey PRIMARY KEY (suggestion_id, what, day),
    CONSTRAINT suggestion_told_suggestion_id_fkey FOREIGN KEY (suggestion_id) REFERENCES suggestion(id)
);

CREATE TABLE term_fact (
    id text NOT NULL,
    term_id text NOT NULL,
    committee_id text NOT NULL,
    number integer NOT NULL,
    valid_from text NOT NULL,
    valid_to text DEFAULT ''::text NOT NULL,
    recorded bigint NOT NULL,
    recorded_by text DEFAULT ''::text NOT NULL,
    superseded bigint DEFAULT 0 NOT NULL,
    import_id text DEFAULT ''::text NOT NULL,
    superseded_import text DEFAULT ''::text NOT NULL,
    CONSTRAINT term_fact_pkey PRIMARY KEY (id)
);
CREATE INDEX term_fact_of ON term_fact USING btree (term_id, superseded);

CREATE TABLE upload (
    id text NOT NULL,
    owner text NOT NULL,
    slot integer,
    name text NOT NULL,
    type text NOT NULL,
    size bigint NOT NULL,
    received bigint DEFAULT 0 NOT NULL,
    created bigint NOT NULL,
    expires bigint NOT NULL,
    finished bigint,
    CONSTRAINT upload_pkey PRIMARY KEY (id),
    CONSTRAINT upload_check CHECK (((received >= 0) AND (received <= size))),
    CONSTRAINT upload_size_check CHECK ((size > 0))
);
CREATE INDEX upload_expires ON upload USING btree (expires, id);
CREATE UNIQUE INDEX upload_slot ON upload USING btree (owner, slot);

CREATE TABLE upload_piece (
    upload text NOT NULL,
    start bigint NOT NULL,
    size bigint NOT NULL,
    blob text NOT NULL,
    CONSTRAINT upload_piece_pkey PRIMARY KEY (upload, start),
    CONSTRAINT upload_piece_size_check CHECK ((size > 0)),
    CONSTRAINT upload_piece_upload_fkey FOREIGN KEY (upload) REFERENCES upload(id) ON DELETE CASCADE
);
