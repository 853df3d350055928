package ui

import (
	"context"
	"io"
)

// Icon is a drawing by name, 24 units square, in the colour of the text around it. It is decoration: a screen reader passes over it, so a word always
// stands beside it. An unknown name draws nothing.
type Icon string

const (
	iconOpen  = `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">`
	iconClose = `</svg>`
)

// Render writes the drawing.
func (i Icon) Render(_ context.Context, w io.Writer) error {
	path := i.path()
	if path == "" {
		return nil
	}
	for _, s := range [...]string{iconOpen, path, iconClose} {
		if _, err := io.WriteString(w, s); err != nil {
			return err
		}
	}
	return nil
}

// IconNames lists every drawing, for the gallery and its test.
func IconNames() []string {
	return []string{
		"home", "pen", "list", "chart", "map", "pin", "search", "filter", "menu", "user", "bell", "text-size", "theme", "globe", "check", "check-circle",
		"cross", "alert", "info", "clock", "late", "arrow-right", "arrow-left", "chevron-down", "sort", "sort-up", "sort-down", "inbox", "send", "building",
		"reply", "star", "merge", "undo", "lock", "eye", "users", "file", "photo", "download", "print", "dot", "ring", "pause", "medal", "plus", "phone", "settings",
	}
}

func (i Icon) path() string {
	switch i {
	case "home":
		return `<path d="M4 11l8-7 8 7v8a1 1 0 0 1-1 1h-5v-6h-4v6H5a1 1 0 0 1-1-1z"/>`
	case "pen":
		return `<path d="M4 20l1-5L16 4l4 4L9 19zM13.5 6.500l4 4"/>`
	case "list":
		return `<path d="M9 6h11M9 12h11M9 18h11"/><path d="M4 6l.8.8L6.3 5M4 12l.8.8L6.3 11M4 18l.8.8L6.3 17"/>`
	case "chart":
		return `<path d="M4 20h16M7 16v-4M12 16V6M17 16v-7"/>`
	case "map":
		return `<path d="M9 5L4 7v13l5-2 6 2 5-2V5l-5 2zM9 5v13M15 7v13"/>`
	case "pin":
		return `<path d="M12 21c4-4.5 6.5-8 6.5-11a6.5 6.5 0 0 0-13 0c0 3 2.5 6.5 6.5 11z"/><circle cx="12" cy="10" r="2.3"/>`
	case "search":
		return `<circle cx="11" cy="11" r="6.5"/><path d="M16 16l4.5 4.5"/>`
	case "filter":
		return `<path d="M4 6h16M7 12h10M10 18h4"/>`
	case "menu":
		return `<path d="M4 7h16M4 12h16M4 17h16"/>`
	case "user":
		return `<circle cx="12" cy="8" r="4"/><path d="M4.5 20c1-4 4-6 7.5-6s6.5 2 7.5 6"/>`
	case "users":
		return `<circle cx="9" cy="8.5" r="3.5"/><path d="M3 19c.6-3.4 3-5 6-5s5.4 1.6 6 5M15.5 5.500a3.5 3.5 0 0 1 0 6M17 14.300c2.2.6 3.5 2.2 4 4.7"/>`
	case "bell":
		return `<path d="M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.500h4"/>`
	case "text-size":
		return `<path d="M3 19L8.5 6 14 19M5 15h7M15 19l3-7 3 7M16 17h4"/>`
	case "theme":
		return `<circle cx="12" cy="12" r="8"/><path d="M12 4a8 8 0 0 1 0 16z" fill="currentColor"/>`
	case "globe":
		return `<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.500c3 3 3 14 0 17M12 3.500c-3 3-3 14 0 17"/>`
	case "check":
		return `<path d="M5 12.500l4.5 4.500L19 7.5"/>`
	case "check-circle":
		return `<circle cx="12" cy="12" r="8.5"/><path d="M8 12.300l3 3 5-6"/>`
	case "cross":
		return `<path d="M6 6l12 12M18 6L6 18"/>`
	case "alert":
		return `<path d="M12 4l9 16H3zM12 10v4.500M12 17.300v.1"/>`
	case "info":
		return `<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5M12 8v.1"/>`
	case "clock":
		return `<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>`
	case "late":
		return `<path d="M8 3.500h8l4.5 4.500v8L16 20.500H8L3.5 16V8z"/><path d="M12 7.500v5.500M12 16v.1"/>`
	case "arrow-right":
		return `<path d="M5 12h14M13 6l6 6-6 6"/>`
	case "arrow-left":
		return `<path d="M19 12H5M11 6l-6 6 6 6"/>`
	case "chevron-down":
		return `<path d="M6 9l6 6 6-6"/>`
	}
	return i.more()
}

// more holds the second half of the drawings, apart only to keep each list short.
func (i Icon) more() string {
	switch i {
	case "sort":
		return `<path d="M8 10l4-4 4 4M8 14l4 4 4-4"/>`
	case "sort-up":
		return `<path d="M12 19V5M6 11l6-6 6 6"/>`
	case "sort-down":
		return `<path d="M12 5v14M6 13l6 6 6-6"/>`
	case "inbox":
		return `<path d="M4 13l3-8h10l3 8v6H4zM4 13h5l1.5 3h3L15 13h5"/>`
	case "send":
		return `<path d="M20.5 3.500L10 14M20.5 3.500L14 20.500l-4-6.5-6.5-4z"/>`
	case "building":
		return `<path d="M5 20V5l7-2v17M12 8h7v12M3 20h18M8 8h1M8 12h1M8 16h1M15 12h1M15 16h1"/>`
	case "reply":
		return `<path d="M4 5h16v11h-9l-4.5 4v-4H4zM8 9h8M8 12h5"/>`
	case "star":
		return `<path d="M12 3.500l2.6 5.5 6 .8-4.4 4.2 1.1 6L12 17l-5.3 3 1.1-6L3.4 9.800l6-.8z"/>`
	case "merge":
		return `<path d="M6 4v5c0 4 6 3 6 8v3M18 4v5c0 4-6 3-6 8M9 17l3 3 3-3"/>`
	case "undo":
		return `<path d="M8 5L4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11h-3"/>`
	case "lock":
		return `<path d="M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3"/>`
	case "eye":
		return `<path d="M2.5 12C5 7.5 8.3 5.5 12 5.500s7 2 9.5 6.500c-2.5 4.5-5.8 6.5-9.5 6.500S5 16.5 2.5 12z"/><circle cx="12" cy="12" r="3"/>`
	case "file":
		return `<path d="M6 3.500h8l4 4v13H6zM14 3.500v4h4M9 12h6M9 16h6"/>`
	case "photo":
		return `<path d="M4 7h4l1.5-2.500h5L16 7h4v12H4z"/><circle cx="12" cy="12.8" r="3.5"/>`
	case "download":
		return `<path d="M12 4v11M7.5 11l4.5 4.5 4.5-4.500M5 20h14"/>`
	case "print":
		return `<path d="M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z"/>`
	case "dot":
		return `<circle cx="12" cy="12" r="5" fill="currentColor"/>`
	case "ring":
		return `<circle cx="12" cy="12" r="6"/>`
	case "pause":
		return `<path d="M9 6v12M15 6v12"/>`
	case "medal":
		return `<circle cx="12" cy="14.5" r="5.5"/><path d="M9 9.500L6.5 3.500h4L12 7l1.5-3.500h4L15 9.5"/>`
	case "plus":
		return `<path d="M12 5v14M5 12h14"/>`
	case "phone":
		return `<path d="M6 3.500h3l1.5 5-2 1.500c1 2.2 2.8 4 5.5 5.500l1.5-2 5 1.500v3c0 1-1 2-2 2C11 20 4.5 13 4 5.500c0-1 1-2 2-2z"/>`
	case "settings":
		return `<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/>`
	}
	return ""
}
