package signinweb

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"net/http"

	"xieshang/assets"
)

const shellPath = "/gatherings/sign-in/offline"

// kept is what the worker keeps on the phone, and where it sends to.
type kept struct {
	Name  string   `json:"name"`
	Page  string   `json:"page"`
	Send  string   `json:"send"`
	Files []string `json:"files"`
}

// worker serves the script that keeps the page. It stands outside the folder of the bundles because its reach follows its address, and it names the bundles of
// today, so that a new release makes the browser fetch everything anew.
func (h *Pages) worker(w http.ResponseWriter, r *http.Request) error {
	k := kept{Page: shellPath + "?lang=" + string(text(r).Lang()), Send: "/gatherings/sign-in/send"}
	sum := fnv.New32a()
	sum.Write([]byte(k.Page))
	for _, name := range []string{"app.js", "app.css", "signin.js", "signin.css", "icon.svg"} {
		k.Files = append(k.Files, assets.Path(name))
		sum.Write([]byte(assets.Path(name)))
	}
	k.Name = fmt.Sprintf("signin-%08x", sum.Sum32())
	head, err := json.Marshal(k)
	if err != nil {
		return fmt.Errorf("worker: %w", err)
	}
	body, err := assets.Read("signin-worker.js")
	if err != nil {
		return fmt.Errorf("worker: %w", err)
	}
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Service-Worker-Allowed", "/")
	_, err = fmt.Fprintf(w, "self.kept=%s;\n%s", head, body)
	return err
}
