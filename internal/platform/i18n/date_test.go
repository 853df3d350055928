package i18n

import (
	"math"
	"testing"
	"time"

	"xieshang/internal/platform/clock"
)

func TestDatesAndNumbers(t *testing.T) {
	c := mustLoad(t)
	zh, en := c.Printer(ZH), c.Printer(EN)
	d, err := clock.ParseDate("2026-03-04")
	if err != nil {
		t.Fatal(err)
	}
	// 17:05 UTC is five past one the next morning in China.
	at := time.Date(2026, 3, 4, 17, 5, 0, 0, time.UTC)
	ago := func(past time.Duration) time.Time { return at.Add(-past) }
	for _, tc := range []struct{ got, want string }{
		{zh.Date(d), "2026年3月4日"},
		{en.Date(d), "4 March 2026"},
		{zh.Date(clock.Date{}), "—"},
		{zh.Time(at), "01:05"},
		{zh.DateTime(at), "2026年3月5日 01:05"},
		{en.DateTime(at), "5 March 2026, 01:05"},
		{zh.Int(0), "0"},
		{zh.Int(-999), "-999"},
		{zh.Int(1000), "1,000"},
		{zh.Int(-1234567), "-1,234,567"},
		{zh.Int(math.MinInt64), "-9,223,372,036,854,775,808"},
		{zh.Percent(0.2534), "25.3%"},
		{zh.Percent(1), "100%"},
		{zh.Percent(-0.0001), "0%"},
		{zh.Percent(math.NaN()), "—"},
		{zh.Days(1), "1 天"},
		{en.Days(1), "1 day"},
		{en.Days(10), "10 days"},
		{zh.Ago(at, at), "刚刚"},
		{zh.Ago(at.Add(time.Hour), at), "2026年3月5日 02:05"},
		{en.Ago(ago(time.Minute), at), "1 minute ago"},
		{zh.Ago(ago(59*time.Minute), at), "59 分钟前"},
		{en.Ago(ago(65*time.Minute), at), "1 hour ago"},
		{zh.Ago(ago(66*time.Minute), at), "昨天 23:59"},
		{en.Ago(ago(3*24*time.Hour), at), "3 days ago"},
		{zh.Ago(ago(31*24*time.Hour), at), "2026年2月2日"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}
