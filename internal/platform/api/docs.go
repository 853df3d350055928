package api

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"xieshang/internal/platform/i18n"

	"github.com/danielgtaylor/huma/v2"
)

//go:embed docs.css
var docsStyle []byte

type docsView struct {
	Lang, Title, Description, Version, Spec string
	Words                                   map[string]string
	Groups                                  []docsGroup
}

type docsGroup struct {
	Name string
	Ops  []docsOp
}

type docsOp struct {
	ID, Method, Path, Summary, Details string
	Token                              string
	Params                             []docsParam
	Body, Answer                       []docsBody
	Refusals                           []string
}

type docsParam struct {
	Name, In, Kind, Text string
	Required             bool
}

type docsBody struct{ Name, Text string }

// The page holds no script and no style of its own, as the policy of the site demands.
var docsPage = template.Must(template.New("docs").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}} · API</title><link rel="stylesheet" href="/api/docs.css"></head><body>
<header><h1>{{.Title}} <small>API {{.Version}}</small></h1><p>{{.Description}}</p><p><a href="{{.Spec}}">OpenAPI 3.1</a></p>
<nav aria-label="{{.Words.operations}}">{{range .Groups}}<h2>{{.Name}}</h2><ul>{{range .Ops}}<li><a href="#{{.ID}}"><code>{{.Method}} {{.Path}}</code></a> {{.Summary}}</li>{{end}}</ul>{{end}}</nav></header>
<main>{{$w := .Words}}{{range .Groups}}{{range .Ops}}<section id="{{.ID}}" aria-labelledby="{{.ID}}-h"><h2 id="{{.ID}}-h">{{.Summary}}</h2>
<p><code class="{{.Method}}">{{.Method}}</code> <code>{{.Path}}</code> · {{.Token}}</p>{{if .Details}}<p>{{.Details}}</p>{{end}}
{{if .Params}}<table tabindex="0"><thead><tr><th scope="col">{{$w.name}}</th><th scope="col">{{$w.where}}</th><th scope="col">{{$w.kind}}</th><th scope="col">{{$w.meaning}}</th></tr></thead><tbody>
{{range .Params}}<tr><th scope="row"><code>{{.Name}}</code>{{if .Required}} *{{end}}</th><td>{{.In}}</td><td>{{.Kind}}</td><td>{{.Text}}</td></tr>{{end}}</tbody></table>{{end}}
{{range .Body}}<h3>{{$w.body}} {{.Name}}</h3><pre tabindex="0">{{.Text}}</pre>{{end}}{{range .Answer}}<h3>{{$w.answer}} {{.Name}}</h3><pre tabindex="0">{{.Text}}</pre>{{end}}
{{if .Refusals}}<p>{{$w.refusals}} {{range $i, $r := .Refusals}}{{if $i}}, {{end}}{{$r}}{{end}}</p>{{end}}</section>{{end}}{{end}}</main></body></html>
`))

func (a *API) serveDocs(w http.ResponseWriter, r *http.Request) error {
	p := i18n.From(r.Context())
	doc := a.huma.OpenAPI()
	v := docsView{Lang: string(p.Lang()), Title: doc.Info.Title, Description: doc.Info.Description, Version: doc.Info.Version, Spec: SpecPath, Words: map[string]string{
		"operations": p.T("api.docs.operations"), "name": p.T("api.docs.name"), "where": p.T("api.docs.where"), "kind": p.T("api.docs.kind"), "meaning": p.T("api.docs.meaning"),
		"body": p.T("api.docs.body"), "answer": p.T("api.docs.answer"), "refusals": p.T("api.docs.refusals")}}
	for _, o := range a.ops {
		tag := o.op.Tags[0]
		i := slices.IndexFunc(v.Groups, func(g docsGroup) bool { return g.Name == tag })
		if i < 0 {
			i = len(v.Groups)
			v.Groups = append(v.Groups, docsGroup{Name: tag})
		}
		v.Groups[i].Ops = append(v.Groups[i].Ops, a.docsOp(p, o))
	}
	var b bytes.Buffer
	if err := docsPage.Execute(&b, v); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Write(b.Bytes())
	return nil
}

func (a *API) docsOp(p *i18n.Printer, o *operation) docsOp {
	out := docsOp{ID: o.op.OperationID, Method: o.op.Method, Path: o.op.Path, Summary: o.op.Summary, Details: o.op.Description, Token: p.T("api.docs.token")}
	if o.who.IsPublic() {
		out.Token = p.T("api.docs.open")
	}
	for _, x := range o.op.Parameters {
		out.Params = append(out.Params, docsParam{x.Name, x.In, kindOf(x.Schema), x.Description, x.Required})
	}
	if o.op.RequestBody != nil {
		out.Body = bodies(o.op.RequestBody.Content)
	}
	codes := make([]string, 0, len(o.op.Responses))
	for code := range o.op.Responses {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	for _, code := range codes {
		if code >= "400" {
			out.Refusals = append(out.Refusals, code)
			continue
		}
		for _, b := range bodies(o.op.Responses[code].Content) {
			out.Answer = append(out.Answer, docsBody{code + " " + b.Name, b.Text})
		}
	}
	return out
}

func bodies(content map[string]*huma.MediaType) []docsBody {
	var out []docsBody
	for name, m := range content {
		if m.Example != nil {
			out = append(out, docsBody{name, pretty(m.Example)})
		}
		for title, x := range m.Examples {
			out = append(out, docsBody{title, pretty(x.Value)})
		}
	}
	slices.SortFunc(out, func(a, b docsBody) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func pretty(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return ""
	}
	return string(b)
}

func kindOf(s *huma.Schema) string {
	if s == nil {
		return ""
	}
	if len(s.Enum) == 0 {
		return s.Type
	}
	names := make([]string, len(s.Enum))
	for i, v := range s.Enum {
		names[i], _ = v.(string)
	}
	return strings.Join(names, " | ")
}

func serveStyle(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=300")
	w.Write(docsStyle)
	return nil
}
