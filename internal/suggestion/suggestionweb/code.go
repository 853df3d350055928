package suggestionweb

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"xieshang/internal/platform/web"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

// The cookie of a tracking code: which author, until when, and a keyed hash of both. The code itself is not in it.
const (
	codeCookie = "code"
	codeLife   = 12 * time.Hour
)

func (h *Pages) setCode(w http.ResponseWriter, r *http.Request, author uuid.UUID) {
	until := h.Clock.Now().Add(codeLife).Unix()
	body := author.String() + "." + strconv.FormatInt(until, 36)
	http.SetCookie(w, &http.Cookie{Name: codeCookie, Value: body + "." + h.Sealer.Index("suggestion.code.cookie", body), Path: "/", MaxAge: int(codeLife / time.Second), HttpOnly: true,
		Secure: web.InfoOf(r.Context()).Secure, SameSite: http.SameSiteLaxMode})
}

// withCode gives the context in which the holder of a code asks; the request's own when there is no valid cookie.
func (h *Pages) withCode(r *http.Request) context.Context {
	c, err := r.Cookie(codeCookie)
	if err != nil {
		return r.Context()
	}
	i := strings.LastIndexByte(c.Value, '.')
	if i < 0 || h.Sealer.Index("suggestion.code.cookie", c.Value[:i]) != c.Value[i+1:] {
		return r.Context()
	}
	id, until, ok := strings.Cut(c.Value[:i], ".")
	author, err := uuid.Parse(id)
	seconds, err2 := strconv.ParseInt(until, 36, 64)
	if !ok || err != nil || err2 != nil || h.Clock.Now().Unix() > seconds {
		return r.Context()
	}
	return suggestion.ByCode(r.Context(), author)
}

// visitorCookie holds a mark of the browser and a keyed hash of it, so that marks are ours to give.
const visitorCookie = "visitor"

// visitor is an unguessable mark of the browser for uploads and joining, made when first needed.
func (h *Pages) visitor(w http.ResponseWriter, r *http.Request) string {
	if mark := h.knownVisitor(r); mark != "" {
		return mark
	}
	mark := uuid.NewString()
	value := mark + "." + h.Sealer.Index("suggestion.visitor", mark)
	http.SetCookie(w, &http.Cookie{Name: visitorCookie, Value: value, Path: "/", MaxAge: 30 * 24 * 3600, HttpOnly: true, Secure: web.InfoOf(r.Context()).Secure, SameSite: http.SameSiteLaxMode})
	r.AddCookie(&http.Cookie{Name: visitorCookie, Value: value}) // the same request may ask again
	return mark
}

// knownVisitor is the mark that the browser brought, "" when it has none of ours.
func (h *Pages) knownVisitor(r *http.Request) string {
	for _, c := range r.CookiesNamed(visitorCookie) {
		if mark, sum, ok := strings.Cut(c.Value, "."); ok && len(mark) == 36 && h.Sealer.Index("suggestion.visitor", mark) == sum {
			return mark
		}
	}
	return ""
}

// address is what tries are counted by.
func address(r *http.Request) string { return web.InfoOf(r.Context()).Network() }
