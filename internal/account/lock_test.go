package account_test

import (
	"sync"
	"testing"
	"time"

	"xieshang/internal/account/accounttest"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/problem"
)

// TestTokensAreCountedOneByOne: many make the last permitted token at the same moment; one gets it, the others are told.
func TestTokensAreCountedOneByOne(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		const permitted, hands = 50, 6
		w.Add("chen")
		ctx, _ := w.Browser("chen")
		scopes := []authz.Scope{authz.ReadScope}
		for range permitted - 1 {
			_, err := w.CreateToken(ctx, "desk", scopes, time.Time{})
			must(t, err)
		}
		for round := range 8 {
			gate, made := make(chan struct{}), make(chan error, hands)
			var wg sync.WaitGroup
			for range hands {
				wg.Go(func() {
					<-gate
					_, err := w.CreateToken(ctx, "last", scopes, time.Time{})
					made <- err
				})
			}
			close(gate)
			wg.Wait()
			got := 0
			for range hands {
				if err := <-made; err == nil {
					got++
				} else if !problem.Is(err, problem.Conflict) {
					t.Fatal(err)
				}
			}
			if got != 1 {
				t.Fatalf("round %d: %d tokens were made where one was permitted", round, got)
			}
			list, err := w.Tokens(ctx)
			must(t, err)
			for _, x := range list {
				if x.Name == "last" && x.Revoked.IsZero() {
					must(t, w.RevokeToken(ctx, x.ID))
				}
			}
		}
	})
}
