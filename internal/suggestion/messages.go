package suggestion

import "embed"

// Messages holds the words of states, actions, steps, parts and refusals, shared by pages, API and notices.
//
//go:embed messages
var Messages embed.FS
