package suggestion_test

import (
	"context"
	"testing"
	"time"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"
	"xieshang/internal/suggestion"
	. "xieshang/internal/suggestion/suggestiontest"

	"github.com/google/uuid"
)

func TestSilentDepartmentsAndStuckMatters(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		silent, working := w.Raise(w.Member).Number, w.Raise(w.OtherMember).Number
		w.Accept(silent)
		w.Dispatch(silent)
		w.Accept(working)
		w.Do(w.Dispatcher, working, suggestion.Dispatch, suggestion.ActInput{Team: []suggestion.TeamPart{{Department: w.Traffic, Part: suggestion.Lead}}})
		w.Do(w.TrafficClerk, working, suggestion.Acknowledge, suggestion.ActInput{})
		w.Clock.Advance(8 * 24 * time.Hour)
		w.Do(w.TrafficClerk, working, suggestion.Contact, suggestion.ActInput{How: "telephone", Day: clock.Today(w.Clock), Text: "已电话联系。"})
		list := func(days int) []suggestion.SilentDepartment {
			t.Helper()
			out, err := w.S.Silent(As(w.Dispatcher), days)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		if got := list(7); len(got) != 1 || got[0].Department != w.Housing || got[0].NoReceipt != 1 || got[0].Late != 0 || got[0].Open != 1 || got[0].SentAt.IsZero() {
			t.Errorf("after eight days: %+v", got)
		}
		if got := list(9); len(got) != 0 {
			t.Errorf("nine days are not over: %+v", got)
		}
		if stuck, err := w.S.Stuck(As(w.Leader), 7); err != nil || len(stuck) != 1 || stuck[0].Number != silent {
			t.Errorf("stuck: %v %v", stuck, err)
		}
		if stuck, err := w.S.Stuck(As(w.CountyReviewer), 0); err != nil || len(stuck) != 0 {
			t.Errorf("another committee's staff sees %v %v", stuck, err)
		}
		w.Clock.Advance(120 * 24 * time.Hour)
		if got := list(7); len(got) != 2 || got[0].Department != w.Housing || got[0].Late != 1 || got[1].Department != w.Traffic || got[1].NoReceipt != 0 || got[1].Earliest.IsZero() {
			t.Errorf("after the dates: %+v", got)
		}
		for _, ctx := range []context.Context{Nobody(), As(w.Member), As(w.HousingClerk)} {
			if _, err := w.S.Silent(ctx, 7); !problem.Is(err, problem.Forbidden) && !problem.Is(err, problem.SignIn) {
				t.Errorf("silent: %v", err)
			}
			if _, err := w.S.Stuck(ctx, 7); !problem.Is(err, problem.Forbidden) && !problem.Is(err, problem.SignIn) {
				t.Errorf("stuck: %v", err)
			}
			if _, err := w.S.PastLeads(ctx, w.Committee, w.Roads); !problem.Is(err, problem.Forbidden) && !problem.Is(err, problem.SignIn) {
				t.Errorf("past leads: %v", err)
			}
		}
		if _, err := w.S.Stuck(As(w.Reviewer), -1); !problem.Is(err, problem.Invalid) {
			t.Errorf("minus one day: %v", err)
		}
	})
}

func TestPastLeads(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		for _, d := range []uuid.UUID{w.Traffic, w.Housing, w.Housing} {
			n := w.Raise(w.Member).Number
			w.Accept(n)
			w.Do(w.Dispatcher, n, suggestion.Dispatch, suggestion.ActInput{Team: []suggestion.TeamPart{{Department: d, Part: suggestion.Lead}}})
		}
		got, err := w.S.PastLeads(As(w.Dispatcher), w.Committee, w.Roads)
		if err != nil || len(got) != 2 || got[0] != w.Housing || got[1] != w.Traffic {
			t.Errorf("past leads %v %v", got, err)
		}
		if got, err := w.S.PastLeads(As(w.Dispatcher), w.Committee, uuid.Nil); err != nil || len(got) != 0 {
			t.Errorf("without a field: %v %v", got, err)
		}
	})
}

// TestOfficeFindsWhatItHandsOn: a supervision office has a queue of its own, of exactly what lies with it.
func TestOfficeFindsWhatItHandsOn(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		with, without := w.Raise(w.Member).Number, w.Raise(w.OtherMember).Number
		w.Accept(with)
		w.Accept(without)
		w.Do(w.Dispatcher, with, suggestion.ReferOffice, suggestion.ActInput{Office: w.Office})
		f := suggestion.Filter{Scope: suggestion.DepartmentScope, Queue: suggestion.ToPassOn, Total: true}
		page, err := w.S.List(As(w.OfficeClerk), f)
		if err != nil || page.Total != 1 || len(page.Items) != 1 || page.Items[0].Number != with {
			t.Fatalf("%+v %v", page, err)
		}
		if page, err := w.S.List(As(w.HousingClerk), f); err != nil || len(page.Items) != 0 {
			t.Errorf("another department sees %v %v", page.Items, err)
		}
		w.Do(w.OfficeClerk, with, suggestion.Dispatch, suggestion.ActInput{Team: []suggestion.TeamPart{{Department: w.Housing, Part: suggestion.Lead}}})
		if page, err := w.S.List(As(w.OfficeClerk), f); err != nil || len(page.Items) != 0 {
			t.Errorf("after it was handed on: %v %v", page.Items, err)
		}
	})
}
