package notice

import wf "xieshang/internal/platform/workflow"

// EventKinds are the events listened to.
func EventKinds() []string { return eventKinds() }

// Texts lists the sentences of all rules by action.
func Texts() map[wf.Action][]string {
	out := map[wf.Action][]string{}
	for a, rr := range rules() {
		for _, r := range rr {
			out[a] = append(out[a], r.text)
		}
	}
	return out
}

// Kinds lists all kinds.
func Kinds() (out []Kind) {
	for _, r := range kinds() {
		out = append(out, r.kind)
	}
	return out
}
