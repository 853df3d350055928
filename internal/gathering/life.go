package gathering

import wf "xieshang/internal/platform/workflow"

// The states of a gathering.
const (
	Planned   wf.State = "planned"   // a draft that only those who run it see
	Published wf.State = "published" // people are invited
	Open      wf.State = "open"      // sign-in runs
	Held      wf.State = "held"      // over; attendance, minutes and decisions are completed
	Closed    wf.State = "closed"    // its record stands
	Cancelled wf.State = "cancelled"
)

// What somebody can be to a gathering.
const (
	IsRunner wf.Relation = "runner" // an organiser of the committee, or who leads a holder
	IsRule   wf.Relation = "rule"   // the platform, by a rule
)

// The actions.
const (
	Publish wf.Action = "publish"
	OpenIt  wf.Action = "open"
	EndIt   wf.Action = "end"
	CloseIt wf.Action = "close"
	Reopen  wf.Action = "reopen"
	Cancel  wf.Action = "cancel"
)

var reason = wf.Input{Name: "reason", Kind: wf.LongText, Required: true}

var life = wf.Table{
	Name: "gathering", Initial: []wf.State{Planned}, States: []wf.State{Planned, Published, Open, Held, Closed, Cancelled}, Final: []wf.State{Cancelled},
	Transitions: []wf.Transition{
		{Action: Publish, From: []wf.State{Planned}, To: []wf.State{Published}, Who: []wf.Relation{IsRunner}, Audience: wf.ToParties, Main: true},
		{Action: OpenIt, From: []wf.State{Published}, To: []wf.State{Open}, Who: []wf.Relation{IsRunner, IsRule}, Audience: wf.ToParties, Main: true},
		{Action: EndIt, From: []wf.State{Published, Open}, To: []wf.State{Held}, Who: []wf.Relation{IsRunner, IsRule}, Audience: wf.ToParties, Main: true},
		{Action: CloseIt, From: []wf.State{Held}, To: []wf.State{Closed}, Who: []wf.Relation{IsRunner}, Audience: wf.ToParties, Main: true},
		{Action: Reopen, From: []wf.State{Closed}, To: []wf.State{Held}, Who: []wf.Relation{IsRunner}, Inputs: []wf.Input{reason}, Audience: wf.ToStaff},
		{Action: Cancel, From: []wf.State{Planned, Published}, To: []wf.State{Cancelled}, Who: []wf.Relation{IsRunner}, Inputs: []wf.Input{reason}, Audience: wf.ToParties, Grave: true},
	},
}

// Life is the table of a gathering's life; the page's buttons, the API's actions and the docs come from it.
func Life() *wf.Table { t := life; return &t }
