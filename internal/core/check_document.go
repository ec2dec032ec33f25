package core

import (
	"bytes"
	"crypto/sha256"
	"fmt"

	"github.com/covernote/covernote/internal/document"
	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// documents compares the kept bytes of each document with their digest and,
// because that is slow, those of the first of a stretch with what is made of
// its record today.
func (k *inspection) documents(r reading, s store.Stretch) error {
	issued, err := r.DocumentsIn(s)
	if err != nil {
		return fmt.Errorf("read documents: %w", err)
	}
	records := make(map[string]store.Document)
	for _, d := range issued {
		records[documentKey(d.Subject, d.Kind, d.Version)] = d
	}
	kept, err := r.KeptDocumentsIn(s)
	if err != nil {
		return fmt.Errorf("read bytes of documents: %w", err)
	}
	sampled := false
	for _, d := range kept {
		record, ok := records[documentKey(d.Subject, d.Kind, d.Version)]
		if !ok {
			k.find(invariantDocument, d.Subject, "%s of version %d was never issued", d.Kind, d.Version)
			continue
		}
		if digest := sha256.Sum256(d.Bytes); !bytes.Equal(digest[:], d.Digest) {
			k.find(invariantDocument, d.Subject, "%s of version %d is not what was kept", d.Kind, d.Version)
			continue
		}
		if !sampled && record.TemplateVersion == int64(document.Kind(record.Kind).TemplateVersion()) {
			sampled = true
			k.madeAgain(r, record, d.Bytes)
		}
	}
	return nil
}

func documentKey(subject, kind string, version int64) string {
	return fmt.Sprintf("%s/%s/%d", subject, kind, version)
}

func (k *inspection) madeAgain(r reading, record store.Document, kept []byte) {
	var made []byte
	render, err := k.core.rendering(r, k.partner, record)
	if err == nil {
		made, err = render()
	}
	switch {
	case err != nil:
		k.find(invariantDocument, record.Subject, "%s of version %d cannot be made again", record.Kind, record.Version)
	case !bytes.Equal(made, kept):
		k.find(invariantDocument, record.Subject, "%s of version %d would be made differently", record.Kind, record.Version)
	}
}

// issued compares the records of a policy's documents with what it had to be given:
// by its binding, by its ending, and one of a package by each change that its
// certificate shows.
func (k *inspection) issued(f dossier) {
	records := make(map[string]bool)
	for _, d := range f.documents {
		records[documentKey(f.ID, d.Kind, d.Version)] = true
	}
	before := insurance.Policy{}
	for i, v := range f.versions {
		for _, kind := range f.due(i, before) {
			if key := documentKey(f.ID, string(kind), v.Version); records[key] {
				delete(records, key)
				continue
			}
			k.find(invariantWhole, f.ID, "version %d had to have a %s, and none was issued", v.Version, kind)
		}
		before = v.Policy
	}
	for _, d := range f.documents {
		if records[documentKey(f.ID, d.Kind, d.Version)] {
			k.find(invariantWhole, f.ID, "a %s of version %d was issued, which nothing asked for", d.Kind, d.Version)
		}
	}
}

// due are the documents that a version had to be given with.
func (f dossier) due(i int, before insurance.Policy) (kinds []document.Kind) {
	p := f.versions[i].Policy
	if i == 0 {
		kinds = []document.Kind{document.KindCertificate, document.KindInformation}
		if coolsOff(p) {
			kinds = append(kinds, document.KindWithdrawal)
		}
		return kinds
	}
	if f.Owner != f.ID && !moves(before.Renewal, p.Renewal) {
		kinds = append(kinds, document.KindCertificate)
	}
	if t := p.Termination; t != nil && t.Ending != insurance.TransitionLapse &&
		(before.Termination == nil || !t.DeclaredAt.Equal(before.Termination.DeclaredAt) || t.Reason != before.Termination.Reason) {
		kinds = append(kinds, document.KindCancellation)
	}
	return kinds
}

// coolsOff tells whether a policy was concluded with a cooling-off period, by its dates
// alone.
func coolsOff(p insurance.Policy) bool {
	return p.WithdrawUntil.After(insurance.DateIn(p.ConcludedAt, p.Zone))
}

// moves tells whether a renewal was announced or fell due, and nothing else: what the
// certificate says still holds.
func moves(before, r *insurance.Renewal) bool {
	return before != nil && r != nil && before.Number == r.Number && before.State != r.State &&
		(r.State == insurance.RenewalAnnounced || r.State == insurance.RenewalDue)
}
