package archtest

// modulePath is the first element of every import path of this program.
const modulePath = "xieshang"

// houseArrows are the allowed imports between modules. From "suggestion" covers that module and its packages except the
// pages and the API, which need a line of their own ("suggestion/suggestionweb"); To is exactly one package.
// Prefer a small interface declared by the module that needs something, or an event; add a line only with a reason that
// a reader who does not know the history understands. A line that is no longer used is reported.
func houseArrows() []Arrow {
	return []Arrow{
		{"suggestion", "directory", "a matter belongs to a committee, a division and a field, and is handled by departments: core tables of the directory"},
		{"suggestion/suggestionweb", "directory", "pages name committees, divisions, fields and departments from the directory's snapshot"},
		{"suggestion/deskweb", "directory", "pages name committees, divisions, fields and departments from the directory's snapshot"},
		{"suggestion/suggestionapi", "directory", "the API names committees, divisions, fields and departments from the directory's snapshot"},
		{"suggestion/figuresweb", "directory", "figures are told by committee, division, field and department"},
		{"notice", "suggestion", "who is told what follows the actions and events of a matter"},
		{"branchlife", "directory", "what a Party organisation is due to hold and who belongs to it follows from its kind, its place and its memberships; a transfer ends one and begins another"},
		{"branchlife/branchlifeweb", "directory", "pages name organisations from the directory's snapshot"},
		{"contact/contactapi", "directory", "the API names committees, sectors and sub-groups from the directory's snapshot"},
		{"coverage/coverageapi", "directory", "the API names committees from the directory's snapshot"},
		{"contact/contactweb", "directory", "pages name committees, sectors and sub-groups from the directory's snapshot"},
		{"contact", "directory", "a contact link holds only while both its ends do: it is computed from memberships and affiliations"},
		{"gathering", "directory", "who holds a gathering, who is invited and who runs it follows from organisations and posts: core tables of the directory"},
		{"gathering/gatheringweb", "directory", "pages name organisations, kinds and posts from the directory's snapshot"},
		{"study", "directory", "who studies a topic and who runs it follows from organisations and posts"},
		{"study/studyweb", "directory", "pages name organisations from the directory's snapshot"},
		{"coverage/coverageweb", "directory", "pages name committees from the directory's snapshot, and a gap is mended by recording a membership or an affiliation"},
		{"coverage", "directory", "the two full coverages are counted from memberships and affiliations: core tables of the directory"},
		{"demo", "account", "the model province makes accounts through the service, as an administrator would"},
		{"demo", "branchlife", "the model province begins transfers and a temporary branch through the service"},
		{"demo", "contact", "the model province links its members through the service, as an organiser would"},
		{"demo", "gathering", "the model province holds its gatherings through the service"},
		{"demo", "gathering/signin", "the model province has somebody at the door of a gathering that is open"},
		{"demo", "directory", "the model province records its organisations through the service"},
		{"demo", "gathering", "the model province plans and holds its gatherings through the service"},
		{"demo", "study", "the model province plans its study through the service"},
		{"demo", "suggestion", "the model province raises and handles its matters through the service"},
		{"cmd", "account", "the test of the demo signs its accounts in, and the demo lets them have read what is old"},
		{"cmd", "demo", "the command demo fills a throw-away platform"},
		{"cmd", "calendar", "the command import records working days through the service"},
		{"cmd", "directory", "the command import records fields and committees through the service"},
		{"cmd", "suggestion", "the command import hands its rows to the service"},
	}
}

// houseSQL are the packages that may import database/sql or a driver: everything else speaks to platform/db.
func houseSQL() []Exception {
	return []Exception{
		{"internal/platform/db", "opens both engines"},
		{"internal/platform/dbtest", "makes and drops test databases"},
		{"internal/platform/pgtemp", "its test asks the server that it started"},
		{"internal/tools/schemadump", "reads the schema of both engines from their catalogues"},
		{"test/bench", "measures a bare insert beside the program"},
	}
}

// houseVars are package-level variables that are written after they are declared.
func houseVars() []Exception {
	return []Exception{
		{"internal/platform/db.rebound", "a cache of rewritten SQL texts: the same text always gives the same answer"},
		{"internal/platform/browsertest.process", "the one Chromium of a test process, started by the first test that asks"},
		{"internal/platform/dbtest.made", "the template databases of one test process, made once for all its tests"},
	}
}
