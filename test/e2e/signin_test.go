package e2e

import (
	"net"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"xieshang/internal/app"
	"xieshang/internal/app/apptest"
	"xieshang/internal/gathering"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/browsertest"
	"xieshang/internal/platform/dbtest"

	"github.com/google/uuid"
)

// wire stands between phones and the site, and can be cut: what hangs on it breaks, and nothing new goes through. A browser that only plays being without
// network leaves its workers connected.
type wire struct {
	mu    sync.Mutex
	cut   bool
	conns []net.Conn
	URL   string
}

func newWire(t *testing.T, site string) *wire {
	t.Helper()
	u, err := url.Parse(site)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{URL: "http://" + l.Addr().String()}
	t.Cleanup(func() {
		l.Close()
		w.Cut(true)
	})
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go w.join(c, u.Host)
		}
	}()
	return w
}

func (w *wire) join(c net.Conn, to string) {
	w.mu.Lock()
	cut := w.cut
	w.mu.Unlock()
	if cut {
		c.Close()
		return
	}
	s, err := net.Dial("tcp", to)
	if err != nil {
		c.Close()
		return
	}
	w.mu.Lock()
	w.conns = append(w.conns, c, s)
	w.mu.Unlock()
	var wg sync.WaitGroup
	for _, way := range [][2]net.Conn{{c, s}, {s, c}} {
		wg.Go(func() {
			buf := make([]byte, 32<<10)
			for {
				n, err := way[0].Read(buf)
				if n > 0 {
					if _, err := way[1].Write(buf[:n]); err != nil {
						break
					}
				}
				if err != nil {
					break
				}
			}
			c.Close()
			s.Close()
		})
	}
	wg.Wait()
}

// Cut breaks the wire, or mends it.
func (w *wire) Cut(on bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = on
	if on {
		for _, c := range w.conns {
			c.Close()
		}
		w.conns = nil
	}
}

// hall is a site with one gathering whose doors are open, and phones on a wire.
type hall struct {
	*world
	wire   *wire
	id     uuid.UUID
	people []uuid.UUID
}

func newHall(t *testing.T) *hall {
	t.Helper()
	w := &world{Site: apptest.New(t, dbtest.SQLite(t, app.Migrations())), cookies: map[string]string{}}
	h := &hall{world: w, wire: newWire(t, w.URL)}
	h.people = w.Members("weiyuan-li", "weiyuan-wang", "weiyuan-zhang")
	for _, login := range []string{"weiyuan-li", "weiyuan-wang", "weiyuan-zhang"} {
		w.cookies[login] = w.Cookie(login).Value
	}
	w.Account("lianluo", authz.Organiser)
	w.cookies["lianluo"] = w.Cookie("lianluo").Value
	h.id = w.OpenGathering("市政协常委会第十二次会议", h.people[0], h.people[1])
	w.URL = h.wire.URL
	return h
}

// digits are the figures on the screen now.
func (h *hall) digits(t *testing.T) string {
	t.Helper()
	s, err := h.App.SignIn.Screen(h.Organiser(), h.id, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	return s.Codes[0].Digits
}

func (h *hall) short(t *testing.T) string {
	t.Helper()
	s, err := h.App.SignIn.Screen(h.Organiser(), h.id, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	return s.Codes[0].Short
}

// there tells how each person was written down.
func (h *hall) there(t *testing.T) map[uuid.UUID]gathering.Invitee {
	t.Helper()
	l, err := h.App.Gatherings.Get(h.Organiser(), h.id)
	if err != nil {
		t.Fatal(err)
	}
	out := map[uuid.UUID]gathering.Invitee{}
	for _, i := range l.People {
		if i.Presence.There() {
			out[i.Person] = i
		}
	}
	return out
}

func (h *hall) wait(t *testing.T, n int) map[uuid.UUID]gathering.Invitee {
	t.Helper()
	for until := time.Now().Add(25 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		got := h.there(t)
		if len(got) == n || time.Now().After(until) {
			if len(got) != n {
				t.Fatalf("%d people are there, want %d", len(got), n)
			}
			return got
		}
	}
}

var phone = look{"phone", browsertest.View{}, true}

// TestSignInWithoutNetwork: a member opens the page on the way to the hall; there the network is cut. The sign-in is written down on the phone, survives that the
// page is closed, and arrives once when the network is back.
func TestSignInWithoutNetwork(t *testing.T) {
	h := newHall(t)
	p := h.as(t, phone, "weiyuan-li")
	for _, text := range []string{"ERR_", "Failed to fetch", "Failed to load resource", "sign-in/send"} {
		p.Allow(text)
	}
	p.at("/gatherings/sign-in")
	p.WaitText("市政协常委会第十二次会议")
	p.Eval(`navigator.serviceWorker.ready.then(function () { document.body.setAttribute("data-kept", "1"); })`)
	p.Wait("body[data-kept]")

	h.wire.Cut(true)
	p.Offline(true)
	code := h.digits(t)
	p.Fill("#code", code[:3]+" "+code[3:])
	p.Click(".signin-code button[type=submit]")
	p.WaitText("已在这部手机上签到")
	p.WaitText("还没有发送")
	p.inspect()
	if keep := os.Getenv("KEEP_SHOTS"); keep != "" {
		p.Screenshot(keep + "/offline.png")
	}
	if n := len(h.there(t)); n != 0 {
		t.Fatalf("%d people signed in through a cut wire", n)
	}

	// The phone was put away; the page is opened again, still without network.
	p.Go(h.URL + "/gatherings/sign-in")
	p.WaitText("现在没有网络")
	p.WaitText("已在这部手机上签到")
	p.inspect()

	h.Clock.Advance(17 * time.Minute)
	h.wire.Cut(false)
	p.Offline(false)
	got := h.wait(t, 1)
	if i := got[h.people[0]]; i.Way != "later" || i.Presence != gathering.Present {
		t.Errorf("written down as %+v", i)
	}
	p.WaitText("已签到")
	p.Reload()
	p.WaitText("已签到")
	p.inspect()
	if n := len(h.there(t)); n != 1 {
		t.Errorf("%d people after opening the page again", n)
	}
}

// TestScanWithoutNetwork: the phone's own camera opens the address in the square while there is no network; the worker answers with the page it kept.
func TestScanWithoutNetwork(t *testing.T) {
	h := newHall(t)
	p := h.as(t, phone, "weiyuan-wang")
	for _, text := range []string{"ERR_", "Failed to fetch", "Failed to load resource", "sign-in/send"} {
		p.Allow(text)
	}
	p.at("/gatherings/sign-in")
	p.Eval(`navigator.serviceWorker.getRegistrations().then(function wait(list) {
		if (list.length === 2 && list.every(function (r) { return r.active; })) document.body.setAttribute("data-kept", "1");
		else setTimeout(function () { navigator.serviceWorker.getRegistrations().then(wait); }, 50);
	})`)
	p.Wait("body[data-kept]")
	h.wire.Cut(true)
	p.Offline(true)
	p.Go(h.URL + "/s/" + h.short(t))
	p.WaitText("已在这部手机上签到")
	h.wire.Cut(false)
	p.Offline(false)
	if i := h.wait(t, 1)[h.people[1]]; i.Way != "scanned" && i.Way != "later" {
		t.Errorf("written down as %+v", i)
	}
	p.WaitText("已签到")
}

// TestSignInAfterTheSessionEnded: what the phone kept is not lost when its account has to log in again; another account on the same phone is told that it waits, and does not send it.
func TestSignInAfterTheSessionEnded(t *testing.T) {
	h := newHall(t)
	p := h.as(t, phone, "weiyuan-li")
	for _, text := range []string{"ERR_", "Failed to fetch", "Failed to load resource", "sign-in/send"} {
		p.Allow(text)
	}
	p.at("/gatherings/sign-in")
	h.wire.Cut(true)
	p.Offline(true)
	p.Fill("#code", h.digits(t))
	p.Click(".signin-code button[type=submit]")
	p.WaitText("已在这部手机上签到")
	p.Eval(`document.cookie = "xs=; path=/; max-age=0"`)
	h.wire.Cut(false)
	p.Offline(false)
	p.WaitText("登录并发送")
	p.inspect()
	p.Eval(`document.cookie = "xs=` + h.cookies["weiyuan-wang"] + `; path=/"`)
	p.Go(h.URL + "/gatherings/sign-in")
	p.WaitText("另一个账号的签到")
	p.inspect()
	if n := len(h.there(t)); n != 0 {
		t.Fatalf("%d people signed in by another account", n)
	}
	p.Eval(`document.cookie = "xs=` + h.cookies["weiyuan-li"] + `; path=/"`)
	p.Go(h.URL + "/gatherings/sign-in")
	got := h.wait(t, 1)
	if _, ok := got[h.people[0]]; !ok {
		t.Errorf("somebody else was written down: %+v", got)
	}
	p.WaitText("已签到")
}

// TestSignInWithNetwork: typed, scanned, refused and not on the list, each with what to do; the screen counts.
func TestSignInWithNetwork(t *testing.T) {
	h := newHall(t)
	screen := h.as(t, look{"wall", browsertest.View{Width: 1440, Height: 810, Lang: "zh-CN"}, true}, "lianluo")
	screen.at("/gatherings/" + h.id.String() + "/screen")
	code := h.digits(t)
	screen.WaitText(code[:3] + " " + code[3:])

	li := h.as(t, phone, "weiyuan-li")
	li.at("/gatherings/sign-in")
	li.Fill("#code", "12345")
	li.Click(".signin-code button[type=submit]")
	li.WaitText("6 位数字")
	li.Fill("#code", code)
	li.Click(".signin-code button[type=submit]")
	li.WaitText("已签到")
	li.inspect()
	screen.Wait("[data-present]")
	screen.until("1")

	wang := h.as(t, phone, "weiyuan-wang")
	wang.Go(h.URL + "/s/" + h.short(t))
	wang.WaitText("市政协常委会第十二次会议")
	wang.inspect()
	wang.Click(".signin-code button")
	wang.WaitText("记上了")
	wang.inspect()

	zhang := h.as(t, phone, "weiyuan-zhang")
	zhang.Allow("403")
	zhang.Go(h.URL + "/s/" + h.short(t))
	zhang.Click(".signin-code button")
	zhang.WaitText("您不在")
	zhang.inspect()
	door := h.as(t, look{"desk", browsertest.View{Width: 1440, Height: 900, Lang: "zh-CN"}, true}, "lianluo")
	door.at("/gatherings/" + h.id.String() + "/door")
	door.WaitText("weiyuan-zhang")
	door.Click(".item form button[value=in]")
	door.WaitText("已准予")
	door.inspect()
	if got := h.wait(t, 3); got[h.people[0]].Way != "typed" || got[h.people[1]].Way != "scanned" || got[h.people[2]].Way != "admitted" {
		t.Errorf("ways: %+v", got)
	}
}

// until waits for the count on the screen.
func (p *person) until(count string) {
	p.t.Helper()
	for end := time.Now().Add(12 * time.Second); strings.TrimSpace(p.Text("[data-present]")) != count; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			p.t.Fatalf("the screen counts %q, want %s", p.Text("[data-present]"), count)
		}
	}
}

// TestScreenWithoutNetwork: the hall's screen goes on with the codes that it fetched before.
func TestScreenWithoutNetwork(t *testing.T) {
	h := newHall(t)
	screen := h.as(t, look{"wall", browsertest.View{Width: 1440, Height: 810, Lang: "zh-CN"}, false}, "lianluo")
	for _, text := range []string{"ERR_", "Failed to fetch", "Failed to load resource"} {
		screen.Allow(text)
	}
	screen.at("/gatherings/" + h.id.String() + "/screen")
	screen.Wait("[data-digits]")
	screen.WaitText("正在签到")
	before := screen.Text("[data-digits]")
	h.wire.Cut(true)
	screen.Offline(true)
	screen.patient(25*time.Second, func() bool {
		return screen.Text("[data-digits]") != before && strings.Contains(screen.Text("[data-note]"), "没有网络")
	})
	after := strings.ReplaceAll(screen.Text("[data-digits]"), " ", "")
	h.Clock.Advance(20 * time.Second)
	if want := h.digits(t); after != want {
		t.Errorf("the screen shows %s, want %s", after, want)
	}
}

func (p *person) patient(most time.Duration, ask func() bool) {
	p.t.Helper()
	for end := time.Now().Add(most); !ask(); time.Sleep(200 * time.Millisecond) {
		if time.Now().After(end) {
			p.t.Fatal("it did not happen")
		}
	}
}
