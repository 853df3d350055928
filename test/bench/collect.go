package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"
)

const (
	maxCollected = 20_000 // matters read through the API
	listLength   = 2_000  // requests in a list
)

// matter is what the public API says of one suggestion, as far as the lists need it.
type matter struct {
	ID     string `json:"id"`
	Number string `json:"number"`
	Title  string `json:"title"`
	State  string `json:"state"`
}

// collect writes the lists that the prepare command did not write, from what the running server shows to everybody. The
// choice is random with a fixed seed, so that two runs on the same data ask for the same things.
func collect(ctx context.Context, base, lists, token string) error {
	missing := map[string]bool{}
	for _, s := range scenarios() {
		if _, err := os.Stat(filepath.Join(lists, s.List)); errors.Is(err, os.ErrNotExist) {
			missing[s.List] = true
		} else if err != nil {
			return err
		}
	}
	if len(missing) == 0 {
		return nil
	}
	fmt.Fprintln(os.Stderr, "collecting addresses from the server")
	matters, err := readMatters(ctx, base, token)
	if err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(1, 2))
	random.Shuffle(len(matters), func(a, b int) { matters[a], matters[b] = matters[b], matters[a] })
	matters = matters[:min(len(matters), listLength)]
	for list := range missing {
		var lines []string
		for n, m := range matters {
			if line := lineFor(list, m, n, random); line != "" {
				lines = append(lines, line)
			}
		}
		if len(lines) == 0 {
			return fmt.Errorf("nothing on the server for the list %s", list)
		}
		if err := os.WriteFile(filepath.Join(lists, list), []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// lineFor makes one request of a list from a matter; "" when the matter is of no use for it.
func lineFor(list string, m matter, n int, random *rand.Rand) string {
	switch list {
	case "list.txt":
		return "/suggestions?state=" + url.QueryEscape(m.State)
	case "detail.txt":
		return "/suggestions/" + url.PathEscape(m.Number)
	case "detail-api.txt":
		return "/api/v1/suggestions/" + url.PathEscape(m.ID)
	case "search.txt":
		if words := piece(m.Title, 2+random.IntN(3), random); words != "" {
			return "/suggestions?q=" + url.QueryEscape(words)
		}
	case "similar.txt":
		// As somebody types: the beginning of the title.
		if title := []rune(m.Title); len(title) >= 4 {
			return "/api/v1/suggestions/similar?text=" + url.QueryEscape(string(title[:4+random.IntN(len(title)-3)]))
		}
	case "raise.jsonl":
		return raiseBody(n)
	}
	return ""
}

// piece cuts n neighbouring letters out of a text; "" when there are no n in a row.
func piece(text string, n int, random *rand.Rand) string {
	runes := []rune(text)
	if len(runes) < n {
		return ""
	}
	for range 5 {
		at := random.IntN(len(runes) - n + 1)
		cut := string(runes[at : at+n])
		if !strings.ContainsFunc(cut, func(r rune) bool { return !unicode.IsLetter(r) }) {
			return cut
		}
	}
	return ""
}

// raiseBody invents the n-th suggestion: a title and 300 characters that differ from the others'.
func raiseBody(n int) string {
	places := []string{"青石路", "望江街", "杏花巷", "南塘桥", "柳林村", "东风渠", "书院坪", "白鹭洲"}
	matters := []string{"路灯不亮", "公交间隔过长", "垃圾清运不及时", "路面坑洼积水", "缺少无障碍坡道", "噪声影响休息", "健身器材损坏"}
	place, what := places[n%len(places)], matters[n/len(places)%len(matters)]
	body := fmt.Sprintf("测量用的虚构内容,第%d条。%s一带%s,已经有一段时间。", n, place, what)
	for len([]rune(body)) < 300 {
		body += fmt.Sprintf("住在%s附近的居民希望有人到现场看一看,说明什么时候能够解决%s的问题。", place, what)
	}
	text, err := json.Marshal(map[string]string{"title": fmt.Sprintf("关于%s%s的建议(%d)", place, what, n), "body": string([]rune(body)[:300])})
	if err != nil {
		panic(err) // a map of strings is always JSON
	}
	return string(text)
}

// readMatters follows the cursors of the public list.
func readMatters(ctx context.Context, base, token string) ([]matter, error) {
	client := &http.Client{Timeout: 30 * time.Second}
	var all []matter
	next := ""
	for len(all) < maxCollected {
		address := base + "/api/v1/suggestions?limit=100"
		if next != "" {
			address += "&cursor=" + url.QueryEscape(next)
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return nil, err
		}
		if token != "" {
			request.Header.Set("Authorization", "Bearer "+token)
		}
		response, err := client.Do(request)
		if err != nil {
			return nil, err
		}
		var page struct {
			Items []matter `json:"items"`
			Next  string   `json:"next"`
		}
		err = json.NewDecoder(response.Body).Decode(&page)
		response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("collect: %s answers %d", address, response.StatusCode)
		}
		if err != nil {
			return nil, fmt.Errorf("collect: %s: %w", address, err)
		}
		all = append(all, page.Items...)
		if page.Next == "" || len(page.Items) == 0 {
			break
		}
		next = page.Next
	}
	return all, nil
}
