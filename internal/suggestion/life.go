package suggestion

import wf "xieshang/internal/platform/workflow"

// The states of a suggestion.
const (
	Draft      wf.State = "draft"      // 草稿
	Raised     wf.State = "raised"     // 待审核
	Returned   wf.State = "returned"   // 退回补充
	Accepted   wf.State = "accepted"   // 已受理, to be dispatched
	AtOffice   wf.State = "at_office"  // with the supervision office (督查室), which dispatches
	Dispatched wf.State = "dispatched" // 已交办, no receipt yet
	InHand     wf.State = "in_hand"    // 办理中
	Answered   wf.State = "answered"   // signed answers wait for staff
	Replied    wf.State = "replied"    // 已办复
	Reopened   wf.State = "reopened"   // not satisfied: to be handled a second time
	Meeting    wf.State = "meeting"    // not satisfied twice: a meeting or an explanation is due
	Closed     wf.State = "closed"     // 已办结
	Merged     wf.State = "merged"     // 已并案
	Converted  wf.State = "converted"  // goes on as another kind of case
	Withdrawn  wf.State = "withdrawn"  // 已撤回
)

// The states of one department's part.
const (
	Sent         wf.TaskState = "sent"         // not acknowledged yet
	TaskInHand   wf.TaskState = "in_hand"      // acknowledged
	ReturnAsked  wf.TaskState = "return_asked" // 申退
	TaskReturned wf.TaskState = "returned"     // given back
	Drafted      wf.TaskState = "drafted"      // answer written, to be signed
	Signed       wf.TaskState = "signed"       // 签发, to be reviewed
	TaskDone     wf.TaskState = "done"         // answer accepted, or opinion given
	Ended        wf.TaskState = "ended"        // over without an answer: recalled, or a new round began
)

// What somebody can be to a suggestion.
const (
	IsAuthor     wf.Relation = "author"     // raised it, joined it, or holds a tracking code of it
	IsMember     wf.Relation = "member"     // member of the owning committee
	IsReviewer   wf.Relation = "reviewer"   // of the owning committee
	IsDispatcher wf.Relation = "dispatcher" // of the owning committee
	IsEditor     wf.Relation = "editor"     // of the owning committee
	IsOffice     wf.Relation = "office"     // clerk of the supervision office that has it
	IsClerk      wf.Relation = "clerk"      // clerk of a department that answers
	IsHead       wf.Relation = "head"       // head of a department that answers
	IsHelper     wf.Relation = "helper"     // clerk or head of a joint or assisting department
	IsRule       wf.Relation = "rule"       // the platform, by a rule
)

// The actions. The string is the API's name and the last part of the message keys.
const (
	Raise          wf.Action = "raise"
	TakeUp         wf.Action = "take-up"
	ReviewAccept   wf.Action = "review-accept"
	ReviewReturn   wf.Action = "review-return"
	Merge          wf.Action = "merge"
	Unmerge        wf.Action = "unmerge"
	Convert        wf.Action = "convert"
	Pass           wf.Action = "pass"
	ReferOffice    wf.Action = "refer-office"
	Dispatch       wf.Action = "dispatch"
	AddTeam        wf.Action = "add-team"
	Recall         wf.Action = "recall"
	Sponsor        wf.Action = "sponsor"
	Acknowledge    wf.Action = "acknowledge"
	AskReturn      wf.Action = "ask-return"
	AgreeReturn    wf.Action = "agree-return"
	RefuseReturn   wf.Action = "refuse-return"
	AskTime        wf.Action = "ask-time"
	GrantTime      wf.Action = "grant-time"
	RefuseTime     wf.Action = "refuse-time"
	Opinion        wf.Action = "opinion"
	Contact        wf.Action = "contact"
	WriteAnswer    wf.Action = "answer"
	SendBack       wf.Action = "send-back"
	SignOff        wf.Action = "sign-off"
	AcceptAnswer   wf.Action = "accept-answer"
	RejectAnswer   wf.Action = "reject-answer"
	Rate           wf.Action = "rate"
	HoldMeeting    wf.Action = "hold-meeting"
	Explain        wf.Action = "explain"
	Close          wf.Action = "close"
	Reopen         wf.Action = "reopen"
	RetractAnswer  wf.Action = "retract-answer"
	Restore        wf.Action = "restore"
	ReportPromise  wf.Action = "report-promise"
	ConfirmPromise wf.Action = "confirm-promise"
	RemindPromise  wf.Action = "remind-promise"
	Withdraw       wf.Action = "withdraw"
	Publish        wf.Action = "publish"
	Unpublish      wf.Action = "unpublish"
	Remind         wf.Action = "remind"
	Urge           wf.Action = "urge"
	Supervise      wf.Action = "supervise"
	Supplement     wf.Action = "supplement"
	Amend          wf.Action = "amend"
	Note           wf.Action = "note"
	Look           wf.Action = "look"
	Import         wf.Action = "import"
	Redate         wf.Action = "redate" // the calendar of a year came: provisional dates are computed anew
)

var (
	reason       = wf.Input{Name: "reason", Kind: wf.LongText, Required: true}
	reasonMaybe  = wf.Input{Name: "reason", Kind: wf.LongText}
	text         = wf.Input{Name: "text", Kind: wf.LongText, Required: true}
	files        = wf.Input{Name: "files", Kind: wf.Files}
	letterNumber = wf.Input{Name: "letter", Kind: wf.Text}
)

func states(s ...wf.State) []wf.State            { return s }
func tasks(s ...wf.TaskState) []wf.TaskState     { return s }
func who(r ...wf.Relation) []wf.Relation         { return r }
func inputs(i ...wf.Input) []wf.Input            { return i }
func maybe(name string, k wf.InputKind) wf.Input { return wf.Input{Name: name, Kind: k} }
func must(name string, k wf.InputKind) wf.Input {
	return wf.Input{Name: name, Kind: k, Required: true}
}

//go:generate go run ../tools/lifedoc

// Life is the whole life of a suggestion (A1). A new action is a line here, a case in effects.go and its texts.
func Life() *wf.Table { return life }

var life = &wf.Table{
	Name:    "suggestion",
	Initial: states(Draft, Raised, Accepted, Replied), // the last two by import
	States: states(Draft, Raised, Returned, Accepted, AtOffice, Dispatched, InHand, Answered, Replied, Reopened, Meeting, Closed,
		Merged, Converted, Withdrawn),
	Final: states(Closed, Converted, Withdrawn),
	Transitions: []wf.Transition{
		{Action: Raise, From: states(Draft, Returned), To: states(Raised), Who: who(IsAuthor), Audience: wf.ToPublic, Main: true,
			Inputs: inputs(maybe("text", wf.LongText), files)},
		{Action: TakeUp, From: states(Raised, Accepted), Who: who(IsMember, IsReviewer), Audience: wf.ToPublic, Inputs: inputs(reasonMaybe)},
		{Action: ReviewAccept, From: states(Raised), To: states(Accepted), Who: who(IsReviewer), Audience: wf.ToPublic, Main: true,
			Inputs: inputs(must("public", wf.Flag), reasonMaybe, maybe("field", wf.Choice), maybe("division", wf.Choice))},
		{Action: ReviewReturn, From: states(Raised), To: states(Returned), Who: who(IsReviewer), Audience: wf.ToParties, Inputs: inputs(reason)},
		{Action: Merge, From: states(Raised, Accepted), To: states(Merged), Who: who(IsReviewer), Audience: wf.ToPublic, Grave: true,
			Inputs: inputs(must("into", wf.Number), reasonMaybe)},
		{Action: Unmerge, From: states(Merged), To: states(Raised, Accepted), Who: who(IsReviewer), Audience: wf.ToPublic, Inputs: inputs(reason)},
		{Action: Convert, From: states(Raised, Accepted), To: states(Converted), Who: who(IsReviewer), Audience: wf.ToPublic, Grave: true,
			Inputs: inputs(must("target", wf.Choice), reason)},
		{Action: Pass, From: states(Raised, Accepted), To: states(Raised), Who: who(IsReviewer, IsDispatcher), Audience: wf.ToPublic,
			Inputs: inputs(must("committee", wf.CommitteeI), reason)},
		{Action: ReferOffice, From: states(Accepted, Reopened), To: states(AtOffice), Who: who(IsDispatcher), Audience: wf.ToPublic,
			Inputs: inputs(must("office", wf.Department), letterNumber, reasonMaybe)},
		{Action: Dispatch, From: states(Accepted, AtOffice, Reopened), To: states(Dispatched), TaskTo: Sent, Who: who(IsDispatcher, IsOffice),
			Audience: wf.ToPublic, Main: true, Inputs: inputs(must("team", wf.Team), maybe("due", wf.DateInput), letterNumber, reasonMaybe)},
		{Action: AddTeam, From: states(Dispatched, InHand, Answered), To: states(Dispatched, InHand, Answered), TaskTo: Sent, Who: who(IsDispatcher), Audience: wf.ToPublic,
			Inputs: inputs(must("team", wf.Team), maybe("due", wf.DateInput), letterNumber, reasonMaybe)},
		{Action: Recall, From: states(AtOffice, Dispatched), To: states(Accepted), Who: who(IsDispatcher), Audience: wf.ToPublic, Grave: true,
			Inputs: inputs(reason)},
		{Action: Sponsor, From: states(Raised, Accepted, AtOffice, Dispatched, InHand), Who: who(IsMember, IsDispatcher), Audience: wf.ToPublic,
			Inputs: inputs(reasonMaybe)},
		{Action: Acknowledge, From: states(Dispatched, InHand), To: states(InHand), TaskFrom: tasks(Sent), TaskTo: TaskInHand,
			Who: who(IsClerk, IsHead, IsHelper), Audience: wf.ToPublic, Main: true},
		{Action: AskReturn, From: states(Dispatched, InHand), TaskFrom: tasks(Sent, TaskInHand), TaskTo: ReturnAsked,
			Who: who(IsClerk, IsHead, IsHelper), Audience: wf.ToParties, Inputs: inputs(reason, files)},
		{Action: AgreeReturn, From: states(Dispatched, InHand), To: states(Accepted, Dispatched, InHand, Answered, Replied), TaskTo: TaskReturned, Who: who(IsDispatcher),
			Audience: wf.ToParties, Main: true, Inputs: inputs(maybe("department", wf.Department), reasonMaybe)},
		{Action: RefuseReturn, From: states(Dispatched, InHand), To: states(Dispatched, InHand), TaskTo: TaskInHand, Who: who(IsDispatcher), Audience: wf.ToParties,
			Inputs: inputs(maybe("department", wf.Department), reason)},
		{Action: AskTime, From: states(InHand), TaskFrom: tasks(TaskInHand), Who: who(IsClerk, IsHead), Audience: wf.ToParties,
			Inputs: inputs(reason, must("until", wf.DateInput))},
		{Action: GrantTime, From: states(InHand), Who: who(IsDispatcher), Audience: wf.ToPublic,
			Inputs: inputs(maybe("department", wf.Department), maybe("until", wf.DateInput), reasonMaybe)},
		{Action: RefuseTime, From: states(InHand), Who: who(IsDispatcher), Audience: wf.ToParties,
			Inputs: inputs(maybe("department", wf.Department), reason)},
		{Action: Opinion, From: states(Dispatched, InHand), TaskFrom: tasks(Sent, TaskInHand), TaskTo: TaskDone, Who: who(IsHelper), Audience: wf.ToParties, Main: true,
			Inputs: inputs(text, files)},
		{Action: Contact, From: states(InHand, Meeting), TaskFrom: tasks(TaskInHand, Drafted, TaskDone), Who: who(IsClerk, IsHead), Audience: wf.ToParties,
			Inputs: inputs(must("how", wf.Choice), must("day", wf.DateInput), text)},
		{Action: WriteAnswer, From: states(InHand), TaskFrom: tasks(TaskInHand, Drafted), TaskTo: Drafted, Who: who(IsClerk), Audience: wf.ToParties, Main: true,
			Inputs: inputs(text, must("class", wf.Choice), maybe("promised", wf.DateInput), maybe("letter", wf.Text), files)},
		{Action: SendBack, From: states(InHand), TaskFrom: tasks(Drafted), TaskTo: TaskInHand, Who: who(IsHead), Audience: wf.ToParties, Inputs: inputs(reason)},
		{Action: SignOff, From: states(InHand), To: states(InHand, Answered, Replied), TaskFrom: tasks(Drafted), TaskTo: Signed, Who: who(IsHead),
			Audience: wf.ToParties, Main: true, Inputs: inputs(maybe("letter", wf.Text))},
		{Action: AcceptAnswer, From: states(Answered, InHand), To: states(Replied, InHand, Answered), TaskTo: TaskDone, Who: who(IsReviewer), Audience: wf.ToPublic, Main: true,
			Inputs: inputs(maybe("department", wf.Department), maybe("class", wf.Choice), reasonMaybe)},
		{Action: RejectAnswer, From: states(Answered, InHand), To: states(InHand), TaskTo: TaskInHand, Who: who(IsReviewer), Audience: wf.ToParties,
			Inputs: inputs(maybe("department", wf.Department), reason)},
		{Action: RetractAnswer, From: states(Replied), To: states(InHand), TaskTo: TaskInHand, Who: who(IsReviewer), Audience: wf.ToPublic, Grave: true,
			Inputs: inputs(maybe("department", wf.Department), reason)},
		{Action: Rate, From: states(Replied), To: states(Closed, Reopened, Meeting, Replied), Who: who(IsAuthor), Audience: wf.ToPublic, Main: true,
			Inputs: inputs(must("rating", wf.Choice), reasonMaybe)},
		{Action: HoldMeeting, From: states(Meeting), Who: who(IsReviewer, IsClerk, IsHead), Audience: wf.ToPublic, Main: true,
			Inputs: inputs(must("day", wf.DateInput), text, files)},
		{Action: Explain, From: states(Meeting), Who: who(IsReviewer, IsClerk, IsHead), Audience: wf.ToPublic, Inputs: inputs(text, files)},
		{Action: Close, From: states(Replied, Meeting), To: states(Closed), Who: who(IsReviewer, IsRule), Audience: wf.ToPublic, Grave: true,
			Inputs: inputs(reasonMaybe)},
		{Action: Reopen, From: states(Closed), To: states(Reopened), Who: who(IsAuthor, IsReviewer), Audience: wf.ToPublic, Grave: true, Inputs: inputs(reason)},
		{Action: ReportPromise, From: states(Replied, Closed), Who: who(IsClerk, IsHead), Audience: wf.ToParties, Inputs: inputs(text, files)},
		{Action: ConfirmPromise, From: states(Replied, Closed), Who: who(IsReviewer), Audience: wf.ToPublic, Inputs: inputs(maybe("department", wf.Department), text)},
		{Action: RemindPromise, From: states(Replied, Closed), Who: who(IsDispatcher, IsRule), Audience: wf.ToParties,
			Inputs: inputs(maybe("department", wf.Department), reasonMaybe)},
		{Action: Restore, From: states(Converted, Withdrawn), To: states(Raised, Returned, Accepted), Who: who(IsReviewer, IsAuthor), Audience: wf.ToPublic, Inputs: inputs(reason)},
		{Action: Withdraw, From: states(Draft, Raised, Returned, Accepted), To: states(Withdrawn), Who: who(IsAuthor), Audience: wf.ToPublic, Grave: true,
			Inputs: inputs(reasonMaybe)},
		{Action: Publish, From: states(Accepted, AtOffice, Dispatched, InHand, Answered, Replied, Reopened, Meeting, Closed, Merged, Converted),
			Who: who(IsEditor), Audience: wf.ToPublic, Inputs: inputs(reasonMaybe)},
		{Action: Unpublish, From: states(Accepted, AtOffice, Dispatched, InHand, Answered, Replied, Reopened, Meeting, Closed, Merged, Converted),
			Who: who(IsEditor), Audience: wf.ToPublic, Grave: true, Inputs: inputs(reason)},
		{Action: Remind, From: states(AtOffice, Dispatched, InHand), Who: who(IsDispatcher, IsRule), Audience: wf.ToParties,
			Inputs: inputs(maybe("department", wf.Department), reasonMaybe)},
		{Action: Urge, From: states(AtOffice, Dispatched, InHand), Who: who(IsDispatcher, IsRule), Audience: wf.ToPublic,
			Inputs: inputs(maybe("department", wf.Department), reasonMaybe)},
		{Action: Supervise, From: states(AtOffice, Dispatched, InHand), Who: who(IsDispatcher), Audience: wf.ToPublic, Inputs: inputs(letterNumber, reason)},
		{Action: Supplement, From: states(Raised, Accepted, AtOffice, Dispatched, InHand, Answered), Who: who(IsAuthor), Audience: wf.ToParties,
			Inputs: inputs(text, files)},
		{Action: Amend, From: states(Raised, Accepted, AtOffice, Dispatched, InHand, Answered, Replied, Reopened, Meeting, Closed), Who: who(IsEditor, IsReviewer),
			Audience: wf.ToPublic, Inputs: inputs(maybe("title", wf.Text), maybe("body", wf.LongText), maybe("field", wf.Choice), maybe("division", wf.Choice), reason)},
		{Action: Note, From: states(Raised, Returned, Accepted, AtOffice, Dispatched, InHand, Answered, Replied, Reopened, Meeting, Closed, Merged, Converted),
			Who: who(IsReviewer, IsDispatcher, IsEditor), Audience: wf.ToStaff, Inputs: inputs(text, files)},
		{Action: Look, From: states(Raised, Returned, Accepted, AtOffice, Dispatched, InHand, Answered, Replied, Reopened, Meeting, Closed, Merged, Converted, Withdrawn),
			Who: who(IsReviewer, IsDispatcher, IsEditor), Audience: wf.ToStaff, Quiet: true}, // through Service.Look, which hands out what was looked at
		{Action: Import, From: states(Accepted, Replied), Who: who(IsRule), Audience: wf.ToPublic, Quiet: true},
		{Action: Redate, From: states(Raised, Accepted, AtOffice, Dispatched, InHand, Answered, Replied, Reopened, Meeting), Who: who(IsRule), Audience: wf.ToPublic, Quiet: true},
	},
}
