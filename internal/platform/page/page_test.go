package page

import (
	"net/url"
	"testing"

	"xieshang/internal/platform/ui"
)

// TestHere: one entry at the most is the present one, also when the list is narrowed further.
func TestHere(t *testing.T) {
	nav := []ui.NavItem{{Href: "/desk"}, {Href: "/desk/list?queue=late"}, {Href: "/desk/list?scope=department&queue=late"}, {Href: "/desk/list"}}
	for at, want := range map[string]int{"/desk": 0, "/desk/list": 3, "/desk/list?q=x": 3, "/desk/list?queue=late": 1, "/desk/list?queue=late&q=x": 1,
		"/desk/list?queue=late&scope=department&state=in_hand": 2, "/desk/list?queue=review": 3, "/desk/rules": -1} {
		u, err := url.Parse(at)
		if err != nil {
			t.Fatal(err)
		}
		if got := here(nav, u); got != want {
			t.Errorf("%s is at entry %d, want %d", at, got, want)
		}
	}
}
