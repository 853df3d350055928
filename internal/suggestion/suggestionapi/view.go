package suggestionapi

import (
	"time"

	"github.com/google/uuid"
)

// Named is something of the directory with its id and names.
type Named struct {
	ID uuid.UUID `json:"id" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f501" doc:"UUID"`
	ZH string    `json:"zh" example:"枫溪区" doc:"Chinese name"`
	EN string    `json:"en,omitempty" example:"Fengxi District" doc:"English name"`
}

// Item is one matter in a list. Dates are civil dates in Asia/Shanghai, instants RFC 3339 in UTC.
type Item struct {
	ID           uuid.UUID  `json:"id" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f502" doc:"UUID; never changes"`
	Number       string     `json:"number" example:"430100-2026-000123" doc:"committee-year-sequence; empty for a draft"`
	Title        string     `json:"title" example:"枫溪路老旧小区加装电梯" doc:"4 to 80 characters"`
	Excerpt      string     `json:"excerpt,omitempty" example:"枫溪路12号院三栋楼住着四十多位老人……" doc:"the beginning of the text; in lists"`
	Kind         string     `json:"kind" enum:"message,suggestion" doc:"a resident's message, or a suggestion"`
	Origin       string     `json:"origin" enum:"resident,member,staff,import" doc:"who brought it in"`
	State        string     `json:"state" enum:"draft,raised,returned,accepted,at_office,dispatched,in_hand,answered,replied,reopened,meeting,closed,merged,converted,withdrawn" doc:"where it stands"`
	Round        int        `json:"round" example:"1" doc:"2 when it is handled a second time"`
	Public       bool       `json:"public" example:"true" doc:"whether everybody may read it"`
	Committee    *Named     `json:"committee,omitempty" doc:"the one committee that owns it"`
	Division     *Named     `json:"division,omitempty" doc:"where it is about"`
	Field        *Named     `json:"field,omitempty" doc:"what it is about"`
	Lead         *Named     `json:"lead,omitempty" doc:"the lead department"`
	Place        string     `json:"place,omitempty" example:"枫溪路12号院" doc:"in the author's words"`
	Support      int        `json:"support" example:"12" doc:"how many said 'this is mine too'"`
	Class        string     `json:"class,omitempty" example:"A" doc:"class of the answer, by the committee's scheme"`
	Promised     string     `json:"promised,omitempty" format:"date" example:"2026-09-30" doc:"civil date that the department promised"`
	Rating       string     `json:"rating,omitempty" enum:"satisfied,basically,not" doc:"the author's rating; left out when not rated, which never counts as satisfied"`
	Due          string     `json:"due,omitempty" format:"date" example:"2026-03-16" doc:"civil date by which the present step is to be done"`
	DueProvision bool       `json:"due_provisional,omitempty" example:"false" doc:"the date reaches into a year whose holidays are not known yet"`
	RaisedAt     *time.Time `json:"raised_at,omitempty" example:"2026-03-02T01:00:00Z" doc:"left out for a draft"`
	RepliedAt    *time.Time `json:"replied_at,omitempty" example:"2026-03-20T08:30:00Z" doc:"when the answer began to count"`
	ClosedAt     *time.Time `json:"closed_at,omitempty" example:"2026-04-01T02:00:00Z" doc:"in the single matter only"`
	UpdatedAt    time.Time  `json:"updated_at" example:"2026-03-20T08:30:00Z" doc:"the last step"`
	Version      int        `json:"version" example:"7" doc:"send it back with an action to be told when somebody was faster"`
	Part         string     `json:"part,omitempty" enum:"lead,joint,assisting,separate" doc:"with scope=department: the part of the caller's department"`
	TaskState    string     `json:"task_state,omitempty" enum:"sent,in_hand,return_asked,returned,drafted,signed,done,ended" doc:"with scope=department: how far that part is"`
	TaskDue      string     `json:"task_due,omitempty" format:"date" example:"2026-03-16" doc:"with scope=department: civil date by which that part is to be done"`
}

// Matter is one matter with its whole story, as far as the caller may read it.
type Matter struct {
	Item
	Body       string     `json:"body" example:"枫溪路12号院三栋楼住着四十多位老人，六层没有电梯，盼望统一加装。" doc:"10 to 5,000 characters; personal numbers are masked"`
	Lon        float64    `json:"lon,omitempty" example:"113.01" doc:"pin on the map, degrees"`
	Lat        float64    `json:"lat,omitempty" example:"28.19" doc:"pin on the map, degrees"`
	MergedInto *uuid.UUID `json:"merged_into,omitempty" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f503" doc:"the matter that it was merged into"`
	Converted  string     `json:"converted_to,omitempty" example:"opinion_report" doc:"the kind of case as which it goes on"`
	Timeline   []Step     `json:"timeline" nullable:"false" doc:"every step that the caller may read, oldest first"`
	Tasks      []Task     `json:"tasks" nullable:"false" doc:"the departments' parts in all rounds, oldest first"`
	Files      []File     `json:"files" nullable:"false" doc:"photos and documents"`
	Actions    []Action   `json:"actions" nullable:"false" doc:"what the caller may do now"`
	Original   bool       `json:"original,omitempty" example:"true" doc:"the text was masked or amended, and staff of the owning committee may look at it as it came"`
}

// Step is one line of the timeline.
type Step struct {
	ID       uuid.UUID `json:"id" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f504" doc:"UUID"`
	Seq      int       `json:"seq" example:"2" doc:"1, 2, … without those that the caller may not read"`
	Action   string    `json:"action" example:"review-accept" doc:"one of the actions of x-actions, or import"`
	From     string    `json:"from" example:"raised" doc:"state before"`
	To       string    `json:"to" example:"accepted" doc:"state after"`
	Round    int       `json:"round" example:"1" doc:"1 or 2"`
	At       time.Time `json:"at" example:"2026-03-02T01:00:00Z" doc:"instant"`
	By       string    `json:"by" example:"reviewer" doc:"what the doer is to the matter; names of people are never told"`
	Office   *Named    `json:"office,omitempty" doc:"the organisation in whose name it was done"`
	About    *Named    `json:"department,omitempty" doc:"the department that it is about"`
	Reason   string    `json:"reason,omitempty" example:"属实，予以受理。" doc:"why"`
	Text     string    `json:"text,omitempty" example:"已列入今年第二批加装计划。" doc:"an answer, a supplement, a note"`
	Audience string    `json:"audience" enum:"public,parties,staff" doc:"who may read it"`
	Details  Details   `json:"details" doc:"further facts, as far as the action has some"`
}

// Details are the further facts of a step.
type Details struct {
	Letter    string      `json:"letter,omitempty" example:"样政协督函〔2026〕8号" doc:"number of the letter"`
	Due       string      `json:"due,omitempty" format:"date" example:"2026-03-16" doc:"civil date that was set"`
	Class     string      `json:"class,omitempty" example:"A" doc:"class of the answer"`
	ClassWas  string      `json:"class_was,omitempty" example:"B" doc:"class before staff changed it"`
	Promised  string      `json:"promised,omitempty" format:"date" example:"2026-09-30" doc:"civil date that was promised"`
	Rating    string      `json:"rating,omitempty" enum:"satisfied,basically,not" doc:"the author's rating"`
	How       string      `json:"how,omitempty" example:"visit" doc:"how the author was contacted"`
	Day       string      `json:"day,omitempty" format:"date" example:"2026-03-10" doc:"civil date of the contact or meeting"`
	Team      []TeamPart  `json:"team,omitempty" nullable:"false" doc:"the departments of a dispatch"`
	Other     string      `json:"other,omitempty" example:"430100-2026-000098" doc:"number of the other matter, or what it became"`
	Committee *Named      `json:"committee,omitempty" doc:"to which it was passed"`
	Office    *Named      `json:"office,omitempty" doc:"the supervision office that has it"`
	TookUp    bool        `json:"took_up,omitempty" example:"true" doc:"a message became a suggestion"`
	Public    *bool       `json:"public,omitempty" example:"true" doc:"what was decided about its visibility"`
	Files     []uuid.UUID `json:"files,omitempty" nullable:"false" example:"[\"019cab12-3c4d-7e5f-8a90-b1c2d3e4f505\"]" doc:"ids of files that came with it"`
	Changed   []string    `json:"changed,omitempty" nullable:"false" example:"[\"title\"]" doc:"which parts of the text were amended"`
	Source    string      `json:"source,omitempty" example:"model" doc:"of an import"`
	Count     int         `json:"count,omitempty" example:"2" doc:"how many, where the action counts something"`
}

// TeamPart is one department of a dispatch.
type TeamPart struct {
	Department *Named `json:"department,omitempty" doc:"the department"`
	Part       string `json:"part" enum:"lead,joint,assisting,separate" doc:"what it has to do"`
}

// Task is one department's part in one round.
type Task struct {
	Department *Named `json:"department,omitempty" doc:"the department"`
	Part       string `json:"part" enum:"lead,joint,assisting,separate" doc:"what it has to do"`
	State      string `json:"state" enum:"sent,in_hand,return_asked,returned,drafted,signed,done,ended" doc:"how far it is"`
	Round      int    `json:"round" example:"1" doc:"1 or 2"`
	Due        string `json:"due,omitempty" format:"date" example:"2026-03-16" doc:"civil date"`
	Answer     string `json:"answer,omitempty" example:"已列入今年第二批加装计划。" doc:"the public reads it once it counts as the reply"`
	Number     string `json:"answer_number,omitempty" example:"样住建函〔2026〕8号" doc:"number of the letter of reply"`
	Class      string `json:"class,omitempty" example:"A" doc:"class of the answer"`
	Promised   string `json:"promised,omitempty" format:"date" example:"2026-09-30" doc:"civil date that was promised"`
}

// File is a photo or a document; its content is at href.
type File struct {
	ID   uuid.UUID `json:"id" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f505" doc:"UUID"`
	Name string    `json:"name" example:"楼道.jpg" doc:"as it was called when it came"`
	Type string    `json:"type" example:"image/jpeg" doc:"media type, found out from the content"`
	Size int64     `json:"size" example:"184320" doc:"bytes"`
	Href string    `json:"href" example:"/files/019cab12-3c4d-7e5f-8a90-b1c2d3e4f505" doc:"where its content is, for whoever may read it"`
}

// Action is something that the caller may do now, with what it asks for.
type Action struct {
	Name   string  `json:"name" example:"review-accept" doc:"last part of the address to post to"`
	Inputs []Input `json:"inputs" nullable:"false" doc:"fields of the body"`
}

// Input is a field of an action's body.
type Input struct {
	Name     string `json:"name" example:"public" doc:"name of the field"`
	Kind     string `json:"kind" enum:"text,long,date,choice,department,team,committee,number,flag" doc:"what belongs into it"`
	Required bool   `json:"required" example:"true" doc:"whether the action is refused without it"`
}
