package service

import (
	"errors"
	"net/http"
	"os"

	"blemish/detect"
	"blemish/history"
)

// Models of parts: uploaded, listed, chosen, downloaded. None is ever replaced.

// partOf is the part that an address names.
func partOf(r *http.Request) (string, error) {
	part := r.PathValue("part")
	return part, checkPart(part)
}

// partsRoute lists parts with what is known of them.
func (s *Service) partsRoute(w http.ResponseWriter, r *http.Request) error {
	names, err := s.store.Parts(r.Context())
	if err != nil {
		return storeProblem(err)
	}
	models, err := s.store.Models(r.Context(), "")
	if err != nil {
		return storeProblem(err)
	}
	type part struct {
		Part   string         `json:"part"`
		Models int            `json:"models"`
		Model  *history.Model `json:"model,omitempty"` // the chosen one
		Counts map[string]int `json:"counts"`
	}
	list := []part{}
	for _, name := range names {
		p := part{Part: name}
		for i := range models {
			if models[i].Part != name {
				continue
			}
			if p.Models++; models[i].Chosen {
				p.Model = &models[i]
			}
		}
		if p.Counts, err = s.store.Count(r.Context(), history.Filter{Part: name}); err != nil {
			return storeProblem(err)
		}
		list = append(list, p)
	}
	return answer(w, 200, map[string]any{"parts": list})
}

// modelsRoute lists the versions of a part's models.
func (s *Service) modelsRoute(w http.ResponseWriter, r *http.Request) error {
	part, err := partOf(r)
	if err != nil {
		return err
	}
	models, err := s.store.Models(r.Context(), part)
	if err != nil {
		return storeProblem(err)
	}
	return answer(w, 200, map[string]any{"models": models})
}

// addModelRoute takes in a model file. It is opened before it is kept for good: what is no
// model is refused.
func (s *Service) addModelRoute(w http.ResponseWriter, r *http.Request) error {
	part, err := partOf(r)
	if err != nil {
		return err
	}
	leave, err := place(s.uploads, "uploads")
	if err != nil {
		return err
	}
	defer leave()
	f, err := s.readForm(w, r, modelFiles, 1, "name", "by", "choose")
	if err != nil {
		return err
	}
	if len(f.files) != 1 {
		return refused(400, "no model: send a file as the body, or as a part of a form")
	}
	file := f.files[0]
	path := s.data.file(modelFiles, file.hash)
	opened, err := s.loaded.open(r.Context(), s, file.hash) // it stays open for the first scan
	if err != nil {
		if file.new {
			os.Remove(path)
		}
		return refused(400, "%s is no model that this version reads: %v", file.name, err)
	}
	by := f.fields["by"]
	if name := whoAsks(r).name; name != "" {
		by = name
	}
	m, err := s.addModel(r, part, file, opened.judge.Card, by, "uploaded")
	if err != nil {
		return err
	}
	if f.fields["choose"] == "true" && !m.Chosen {
		if err := s.store.Choose(r.Context(), part, m.ID); err != nil {
			return storeProblem(err)
		}
		m.Chosen = true
	}
	return answer(w, 201, m)
}

// addModel enters a model that is on the disk.
func (s *Service) addModel(r *http.Request, part string, file formFile, card *detect.Card, by, from string) (history.Model, error) {
	m, err := s.store.AddModel(r.Context(), s.modelOf(part, file, card, by, from))
	return m, storeProblem(err)
}

// modelOf describes a model that is on the disk.
func (s *Service) modelOf(part string, file formFile, card *detect.Card, by, from string) history.Model {
	return history.Model{
		ID: file.hash, Part: part, Name: file.name, Detector: card.Detector, Class: card.Class, Unit: card.Unit, Scans: card.Scans, Size: file.size,
		By: by, From: from, Made: s.opt.Now().UTC(),
	}
}

// modelFileRoute sends a model's file.
func (s *Service) modelFileRoute(w http.ResponseWriter, r *http.Request) error {
	part, err := partOf(r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	if !isHash(id) {
		return refused(404, "the part %q has no model %q", part, id)
	}
	m, err := s.store.Model(r.Context(), part, id)
	if errors.Is(err, history.ErrNotFound) {
		return refused(404, "the part %q has no model %s", part, id)
	}
	if err != nil {
		return storeProblem(err)
	}
	return s.sendFile(w, s.data.file(modelFiles, m.ID), m.Name)
}

// chooseRoute says which model judges new scans of a part.
func (s *Service) chooseRoute(w http.ResponseWriter, r *http.Request) error {
	part, err := partOf(r)
	if err != nil {
		return err
	}
	var doc struct {
		ID string `json:"id"`
	}
	if err := s.readJSON(w, r, &doc); err != nil {
		return err
	}
	if err := s.store.Choose(r.Context(), part, doc.ID); err != nil {
		if errors.Is(err, history.ErrNotFound) {
			return refused(404, "the part %q has no model %s", part, doc.ID)
		}
		return storeProblem(err)
	}
	m, err := s.store.Model(r.Context(), part, doc.ID)
	if err != nil {
		return storeProblem(err)
	}
	s.log.Info("model chosen", "part", part, "model", m.ID, "version", m.Version, "who", whoAsks(r).name)
	return answer(w, 200, m)
}
