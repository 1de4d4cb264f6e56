package report

import "blemish/detect"

// NewModel says which model judged: the file by its name and SHA-256, and what its card
// tells.
func NewModel(file, sum string, card *detect.Card) Model {
	m := Model{File: file, SHA256: sum, Blemish: card.Version, Detector: card.Detector, Class: card.Class, Seed: card.Seed, Config: card.Config, Decision: card.Decision}
	if card.CAD != nil {
		m.CAD = &TrainingFile{File: card.CAD.Name, SHA256: card.CAD.SHA256}
	}
	for _, f := range card.Files {
		m.Training = append(m.Training, TrainingFile{File: f.Name, SHA256: f.SHA256})
	}
	return m
}
