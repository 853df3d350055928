package workflow_test

import (
	"strings"
	"testing"

	wf "xieshang/internal/platform/workflow"
)

func table() *wf.Table {
	return &wf.Table{Name: "door", Initial: []wf.State{"open"}, States: []wf.State{"open", "shut", "gone"}, Final: []wf.State{"gone"}, Transitions: []wf.Transition{
		{Action: "close", From: []wf.State{"open"}, To: []wf.State{"shut"}, Who: []wf.Relation{"guest", "owner"}, Audience: wf.ToPublic},
		{Action: "open", From: []wf.State{"shut"}, To: []wf.State{"open"}, Who: []wf.Relation{"owner"}, Audience: wf.ToPublic, TaskFrom: []wf.TaskState{"key"}},
		{Action: "knock", From: []wf.State{"shut", "open"}, Who: []wf.Relation{"guest"}, Audience: wf.ToParties, Inputs: []wf.Input{{Name: "reason", Required: true}}},
		{Action: "remove", From: []wf.State{"open", "shut"}, To: []wf.State{"gone", "open"}, Who: []wf.Relation{"owner"}, Audience: wf.ToStaff, Inputs: []wf.Input{{Name: "reason"}}},
	}}
}

// TestCheckFindsMistakes: each way in which a table can be wrong is named.
func TestCheckFindsMistakes(t *testing.T) {
	if err := table().Check(); err != nil {
		t.Fatal(err)
	}
	for want, spoil := range map[string]func(*wf.Table){
		"action close has two lines":             func(t *wf.Table) { t.Transitions = append(t.Transitions, t.Transitions[0]) },
		"action open is for nobody":              func(t *wf.Table) { t.Transitions[1].Who = nil },
		"action knock does not state":            func(t *wf.Table) { t.Transitions[2].Audience = "" },
		"names the unknown state ajar":           func(t *wf.Table) { t.Transitions[0].To = []wf.State{"ajar"} },
		"state locked cannot be reached":         func(t *wf.Table) { t.States = append(t.States, "locked"); t.Final = append(t.Final, "locked") },
		"state gone has no way out":              func(t *wf.Table) { t.Final = nil },
		"state shut cannot be reached":           func(t *wf.Table) { t.Transitions = t.Transitions[1:] },
		"workflow door:":                         func(t *wf.Table) { t.Final = nil },
		"action remove names the unknown state ": func(t *wf.Table) { t.Transitions[3].From = []wf.State{"", "open"} },
	} {
		x := table()
		spoil(x)
		if err := x.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %q", err, want)
		}
	}
}

// TestAllowed: only from the state, only for who one is, only with the part that it needs, in the order of the table.
func TestAllowed(t *testing.T) {
	for _, c := range []struct {
		state wf.State
		who   []wf.Relation
		tasks []wf.TaskState
		want  string
	}{
		{"open", []wf.Relation{"guest"}, nil, "close knock"}, {"open", []wf.Relation{"owner"}, nil, "close remove"}, {"open", []wf.Relation{"owner", "guest"}, nil, "close knock remove"},
		{"shut", []wf.Relation{"owner"}, nil, "remove"}, {"shut", []wf.Relation{"owner"}, []wf.TaskState{"bell", "key"}, "open remove"}, {"shut", []wf.Relation{"guest"}, []wf.TaskState{"key"}, "knock"},
		{"gone", []wf.Relation{"owner", "guest"}, []wf.TaskState{"key"}, ""}, {"open", nil, nil, ""}, {"nowhere", []wf.Relation{"owner"}, nil, ""},
	} {
		var got []string
		for _, tr := range table().Allowed(c.state, c.who, c.tasks) {
			got = append(got, string(tr.Action))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s as %v with %v: %v, want %s", c.state, c.who, c.tasks, got, c.want)
		}
	}
}

// TestPermits: a line that names no state after it leaves the state as it is.
func TestPermits(t *testing.T) {
	x := table()
	for _, c := range []struct {
		action   wf.Action
		from, to wf.State
		want     bool
	}{{"close", "open", "shut", true}, {"close", "shut", "shut", false}, {"close", "open", "open", false}, {"knock", "shut", "shut", true}, {"knock", "shut", "open", false}, {"remove", "shut", "open", true}, {"remove", "gone", "gone", false}} {
		tr, ok := x.Find(c.action)
		if !ok || tr.Permits(c.from, c.to) != c.want {
			t.Errorf("%s from %s to %s: want %v", c.action, c.from, c.to, c.want)
		}
	}
	if _, ok := x.Find("paint"); ok {
		t.Error("an action that is none was found")
	}
	knock, _ := x.Find("knock")
	remove, _ := x.Find("remove")
	if !knock.Reasoned() || remove.Reasoned() || !knock.Stays() || remove.Stays() {
		t.Error("which actions ask for a reason, or stay")
	}
}

// TestMermaid has every state, the beginning, the end and each way between them.
func TestMermaid(t *testing.T) {
	got := table().Mermaid(func(s wf.State) string { return strings.ToUpper(string(s)) }, func(a wf.Action) string { return "to " + string(a) })
	for _, want := range []string{"stateDiagram-v2\n", "    open: OPEN\n", "    [*] --> open\n", "    open --> shut: to close\n", "    shut --> gone: to remove\n", "    gone --> [*]\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %q: %s", want, got)
		}
	}
	if strings.Contains(got, "knock") {
		t.Error("an action that moves nothing is drawn as a way")
	}
}
