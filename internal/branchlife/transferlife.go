package branchlife

import wf "xieshang/internal/platform/workflow"

// The states of a transfer of the relation (组织关系接转).
const (
	Asked     wf.State = "asked"     // 已申请
	Released  wf.State = "released"  // 已开具介绍信
	Received  wf.State = "received"  // 已接收: the relation has moved
	Refused   wf.State = "refused"   // 未同意
	Withdrawn wf.State = "withdrawn" // 已撤回
	Expired   wf.State = "expired"   // 介绍信过期: the sender stays responsible
)

// What somebody can be to a transfer.
const (
	IsPerson   wf.Relation = "person"
	IsSender   wf.Relation = "sender"   // secretary where the relation lies, organiser of its committee
	IsReceiver wf.Relation = "receiver" // the same where it is to lie
	IsRule     wf.Relation = "rule"     // the platform, by a rule
)

// The actions.
const (
	Release  wf.Action = "release"
	Receive  wf.Action = "receive"
	Refuse   wf.Action = "refuse"
	SendBack wf.Action = "send-back"
	Withdraw wf.Action = "withdraw"
	Lapse    wf.Action = "lapse"
)

// askAction is how a case begins; it is no transition.
const askAction wf.Action = "ask"

var transferReason = wf.Input{Name: "reason", Kind: wf.LongText, Required: true}

var transferLife = wf.Table{
	Name: "transfer", Initial: []wf.State{Asked}, States: []wf.State{Asked, Released, Received, Refused, Withdrawn, Expired}, Final: []wf.State{Received, Refused, Withdrawn},
	Transitions: []wf.Transition{
		{Action: Release, From: []wf.State{Asked, Expired}, To: []wf.State{Released}, Who: []wf.Relation{IsSender}, Audience: wf.ToParties, Main: true,
			Inputs: []wf.Input{{Name: "letter", Kind: wf.Text, Required: true}, {Name: "issued", Kind: wf.DateInput, Required: true}, {Name: "until", Kind: wf.DateInput, Required: true}}},
		{Action: Receive, From: []wf.State{Released}, To: []wf.State{Received}, Who: []wf.Relation{IsReceiver}, Audience: wf.ToParties, Main: true, Inputs: []wf.Input{{Name: "day", Kind: wf.DateInput, Required: true}}},
		{Action: Refuse, From: []wf.State{Asked}, To: []wf.State{Refused}, Who: []wf.Relation{IsSender}, Audience: wf.ToParties, Inputs: []wf.Input{transferReason}},
		{Action: SendBack, From: []wf.State{Released}, To: []wf.State{Refused}, Who: []wf.Relation{IsReceiver}, Audience: wf.ToParties, Inputs: []wf.Input{transferReason}},
		{Action: Withdraw, From: []wf.State{Asked, Expired}, To: []wf.State{Withdrawn}, Who: []wf.Relation{IsPerson, IsSender}, Audience: wf.ToParties, Inputs: []wf.Input{transferReason}, Grave: true},
		{Action: Lapse, From: []wf.State{Released}, To: []wf.State{Expired}, Who: []wf.Relation{IsRule}, Audience: wf.ToParties, Quiet: true},
	},
}

// TransferLife is the table of a transfer's life; the page's buttons and the API's actions come from it.
func TransferLife() *wf.Table { t := transferLife; return &t }
