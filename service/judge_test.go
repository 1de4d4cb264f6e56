package service

import (
	"encoding/json"
	"testing"

	"blemish/history"
)

func TestFromUploadToVerdict(t *testing.T) {
	s := start(t, Options{Open: true}, false)
	m := s.addModel()
	if m.Version != 1 || !m.Chosen || m.By != "Ada" || m.Detector != "auto" || m.Unit != "mm" {
		t.Errorf("%+v", m)
	}
	sound, bad := s.judge("a", false, "&serial=S1&order=O&operator=Eve"), s.judge("b", true, "")
	if sound.Verdict != "sound" || bad.Verdict != "defective" {
		t.Fatalf("verdicts %s %v and %s %v", sound.Verdict, sound.Score, bad.Verdict, bad.Score)
	}
	if sound.Serial != "S1" || sound.Order != "O" || sound.Operator != "Eve" || sound.Name != "a.ply" || sound.Model.ID != m.ID || sound.Unit != "mm" {
		t.Errorf("%+v", sound)
	}
	if len(bad.Regions) == 0 || bad.Regions[0].Kind != "excess" || !bad.Regions[0].Center[0].Known() {
		t.Errorf("regions %+v", bad.Regions)
	}
	// The same file again is answered at once, with the same entry.
	var again history.Entry
	s.want(200, "POST", "/api/v1/scans?part=ball&name=other.ply", scanFile(t, "a", false), &again)
	if again.ID != sound.ID || again.Name != "a.ply" {
		t.Errorf("again: %+v", again)
	}
	var list struct {
		Scans  []history.Entry
		Counts map[string]int
	}
	s.want(200, "GET", "/api/v1/scans?part=ball", nil, &list)
	if len(list.Scans) != 2 || list.Scans[0].ID != bad.ID || list.Counts["sound"] != 1 {
		t.Errorf("%+v", list)
	}
	if _, _, text := s.ask("GET", "/api/v1/scans/"+bad.ID+"/verdict", nil); string(text) != "defective\n" {
		t.Errorf("%q", text)
	}
	if _, _, text := s.ask("GET", "/api/v1/scans/"+bad.ID+"/file", nil); string(text) != string(scanFile(t, "b", true)) {
		t.Error("the file is not the one that was uploaded")
	}
}

// A file that is no scan costs its own entry, and may be sent again.
func TestAFileThatIsNoScan(t *testing.T) {
	s := start(t, Options{Open: true}, false)
	s.addModel()
	for range 2 {
		var e history.Entry
		s.want(200, "POST", "/api/v1/scans?part=ball&wait=60&name=notes.txt", []byte("this is no scan\n"), &e)
		if e.Verdict != history.Failed || e.Error == "" || e.Name != "notes.txt" {
			t.Errorf("%+v", e)
		}
		if code, _, _ := s.ask("GET", "/api/v1/scans/"+e.ID+"/map", nil); code != 409 {
			t.Errorf("the map of it: %d", code)
		}
	}
}

func TestTraining(t *testing.T) {
	s := start(t, Options{Open: true}, false)
	body, kind := formOf(t, map[string]string{"unit": "mm", "class": "ball", "by": "Bob"}, map[string][]byte{
		"sound0.ply": scanFile(t, "sound0", false), "sound1.ply": scanFile(t, "sound1", false), "sound2.ply": scanFile(t, "sound2", false), "sound3.ply": scanFile(t, "sound3", false)})
	status, header, text := s.ask("POST", "/api/v1/parts/ball/trainings", body, "Content-Type", kind)
	if status != 202 {
		t.Fatalf("%d %s", status, text)
	}
	doc := waitTraining(s, header.Get("Location"))
	if doc.State != history.JobDone || doc.Version != 1 || doc.Sound != 4 || doc.By != "Bob" {
		t.Fatalf("%+v", doc)
	}
	var models struct{ Models []history.Model }
	s.want(200, "GET", "/api/v1/parts/ball/models", nil, &models)
	if len(models.Models) != 1 || models.Models[0].From != "trained" || models.Models[0].By != "Bob" || models.Models[0].Scans != 4 {
		t.Errorf("%+v", models)
	}
	if e := s.judge("b", true, ""); e.Verdict != "defective" {
		t.Errorf("%+v", e)
	}
	// One that cannot be learnt tells why.
	body, kind = formOf(t, nil, map[string][]byte{"x.ply": []byte("nothing")})
	_, header, _ = s.ask("POST", "/api/v1/parts/ball/trainings", body, "Content-Type", kind)
	if doc := waitTraining(s, header.Get("Location")); doc.State != history.JobFailed || doc.Error == "" {
		t.Errorf("%+v", doc)
	}
	// From the history, by what an operator chooses.
	e := s.judge("c", false, "")
	_, header, _ = s.ask("POST", "/api/v1/parts/ball/trainings?entry="+e.ID, nil)
	if doc := waitTraining(s, header.Get("Location")); doc.State != history.JobDone || doc.Version != 2 || len(doc.Warnings) == 0 {
		t.Errorf("%+v", doc)
	}
}

// Models: versions stay, and a scan keeps the verdict of the one that judged it.
func TestModelChoice(t *testing.T) {
	s := start(t, Options{Open: true}, false)
	first := s.addModel()
	e := s.judge("a", false, "")
	changed := modelFile(t)
	at := len(changed) - 1
	other := append(append([]byte{}, changed[:at]...), changed[at]^1) // the last value's last bit
	var second history.Model
	s.want(201, "POST", "/api/v1/parts/ball/models?name=b.model", other, &second)
	if second.Version != 2 || second.Chosen {
		t.Errorf("%+v", second)
	}
	id, err := json.Marshal(map[string]string{"id": second.ID})
	if err != nil {
		t.Fatal(err)
	}
	s.want(200, "PUT", "/api/v1/parts/ball/model", id, nil)
	if now := s.judge("a", false, ""); now.ID == e.ID || now.Model.Version != 2 {
		t.Errorf("%+v", now.Model)
	}
	var old history.Entry
	s.want(200, "GET", "/api/v1/scans/"+e.ID, nil, &old)
	if old.Model.ID != first.ID {
		t.Errorf("%+v", old.Model)
	}
	if _, _, text := s.ask("GET", "/api/v1/parts/ball/models/"+second.ID, nil); string(text) != string(other) {
		t.Error("the file is another one")
	}
}
