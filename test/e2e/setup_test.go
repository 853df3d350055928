package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"xieshang/internal/platform/browsertest"
)

// TestAListComesIn: an administrator chooses a file, sees what it would do and which rows are bad, on a phone and on a desk.
func TestAListComesIn(t *testing.T) {
	w := newWorld(t)
	list := filepath.Join(t.TempDir(), "list.csv")
	if err := os.WriteFile(list, []byte("代码,名称,级别,开始日期\n999901,样例区,县,2020-01-01\n99990,坏县,县,2020-01-01\n999902,样例县,县,2020-02-30\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, l := range []look{{"phone", browsertest.View{Width: 360, Height: 740, Lang: "zh-CN"}, true}, {"desk", browsertest.View{Width: 1440, Height: 900, Lang: "en", Dark: true}, true}} {
		p := w.as(t, l, "admin")
		p.at("/directory/import/divisions")
		p.Upload("#file", list)
		p.Click("form#import button[type=submit]")
		p.Wait("form#store")
		p.WaitText("2020-02-30")
		p.inspect()
	}
	p := w.as(t, look{"store", browsertest.View{Width: 1440, Height: 900, Lang: "en"}, false}, "admin")
	p.at("/directory/import/divisions")
	p.Upload("#file", list)
	p.Click("form#import button[type=submit]")
	p.Wait("form#store")
	p.Click("form#store button[type=submit]")
	p.WaitText("Stored")
	p.at("/admin/directory/divisions")
	p.WaitText("样例区")
}
