package service

import (
	"encoding/json"
	"net/http"
	"time"

	"blemish/history"
)

// What operators say of scans. It is counted against the verdicts, and never learnt from.

// labelRoute keeps what an operator says.
func (s *Service) labelRoute(w http.ResponseWriter, r *http.Request) error {
	var doc struct {
		Value string `json:"value"`
		By    string `json:"by"`
	}
	if err := s.readJSON(w, r, &doc); err != nil {
		return err
	}
	if doc.Value != "" && doc.Value != history.ReallySound && doc.Value != history.ReallyDefective {
		return refused(400, "value %q: want %q or %q, or \"\" to take a label back", doc.Value, history.ReallySound, history.ReallyDefective)
	}
	if err := checkField("by", doc.By, false); err != nil {
		return err
	}
	e, err := s.entryOf(r)
	if err != nil {
		return err
	}
	label := history.Label{Value: doc.Value, By: doc.By, At: s.opt.Now().UTC().Truncate(time.Microsecond)}
	if name := whoAsks(r).name; name != "" {
		label.By = name // a token says who it is
	}
	if err := s.store.Label(r.Context(), e.ID, label); err != nil {
		return storeProblem(err)
	}
	return answer(w, 200, label)
}

// confusion is verdicts against labels.
type confusion struct {
	Labelled   int                       `json:"labelled"`
	Table      map[string]map[string]int `json:"table"` // verdict, then label
	Right      int                       `json:"right"`
	FalseAlarm int                       `json:"false_alarms"` // called defective, really sound
	Missed     int                       `json:"missed"`       // called sound, really defective
	Unsure     int                       `json:"unsure"`       // no verdict on a labelled scan
}

func newConfusion(table map[string]map[string]int) confusion {
	c := confusion{Table: table}
	for verdict, labels := range table {
		for label, n := range labels {
			c.Labelled += n
			switch {
			case verdict == label:
				c.Right += n
			case verdict == history.ReallyDefective:
				c.FalseAlarm += n
			case verdict == history.ReallySound:
				c.Missed += n
			default:
				c.Unsure += n
			}
		}
	}
	return c
}

// readPending fills in what the payload of a waiting scan tells.
func readPending(job *history.Job, p *pending) error {
	var j scanJob
	if err := json.Unmarshal(job.Payload, &j); err != nil {
		return err
	}
	p.Part, p.Name = j.Part, j.Name
	return nil
}
