package app_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/store/storetest"
)

// What somebody does in the first minutes: start, paste the line, look at the
// inbox, the documents and the list, withdraw.
func TestNewcomersPath(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		s := openSandbox(t, engine)
		p := s.partner()
		got := p.want(t, http.StatusOK, http.MethodPost, orderPath, pastedBody(t, s))
		want := `{"status":{"id":200,"text":"OK"},"message":"We received your 1 orders. ` +
			`You will receive a message once the booking process is done.","count":1}`
		if string(got.body) != want {
			t.Errorf("acknowledged as %s", got.body)
		}
		reference := referenceOf(t, s.info.Hepster.Samples["order"])
		arrived, hook := s.told(t, reference)
		if arrived.Method != http.MethodPost || arrived.Partner != "hepster" {
			t.Errorf("the inbox says %s for %s", arrived.Method, arrived.Partner)
		}
		if err := signed(s.info.Hepster.WebhookSecret, arrived.Headers.Get("X-Signature"), []byte(arrived.Body)); err != nil {
			t.Error(err)
		}
		number := hook.Contracts[0].CertificateNumber
		if !regexp.MustCompile(`^I[1-9][0-9]{28}$`).MatchString(number) {
			t.Errorf("certificate number %s", number)
		}
		checkDocuments(t, p, number)
		checkWithdrawal(t, p, number, hook.Contracts[0].ContractPremium)
		s.place().check(t)
	})
}

// pastedBody is the body in the line that the sandbox prints for pasting.
func pastedBody(t *testing.T, s *sandbox) []byte {
	t.Helper()
	line := regexp.MustCompile(`(?m)^curl -u '([^:']+):([^']+)' -H 'Content-Type: application/json' -d '([^']*)' (\S+)$`).
		FindStringSubmatch(s.out.String())
	if line == nil {
		t.Fatalf("no line to paste in:\n%s", s.out.String())
	}
	p := s.partner()
	if line[1] != p.user || line[2] != p.secret || line[4] != p.url+orderPath {
		t.Errorf("the line is for %s at %s", line[1], line[4])
	}
	return []byte(line[3])
}

func referenceOf(t *testing.T, sample json.RawMessage) string {
	t.Helper()
	var body struct {
		Contract struct{ ExternalOrderReference string }
	}
	decode(t, sample, &body)
	return body.Contract.ExternalOrderReference
}

// documents fetches an archive and gives its files by name.
func documents(t *testing.T, p caller, number string) (archive []byte, files map[string][]byte) {
	t.Helper()
	got := p.want(t, http.StatusOK, http.MethodGet, "/services/integrator/documents/"+number+"?filter=certificate;pib", nil)
	if kind := got.header.Get("Content-Type"); kind != "application/zip" {
		t.Errorf("documents are %s", kind)
	}
	reader, err := zip.NewReader(bytes.NewReader(got.body), int64(len(got.body)))
	if err != nil {
		t.Fatal(err)
	}
	files = make(map[string][]byte)
	for _, f := range reader.File {
		content, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(content); err != nil {
			t.Fatal(err)
		}
	}
	return got.body, files
}

// headings are those that the law gives the information document.
var headings = []string{
	"Um welche Art von Versicherung handelt es sich?", "Was ist versichert?", "Was ist nicht versichert?",
	"Gibt es Deckungsbeschränkungen?", "Wo bin ich versichert?", "Welche Verpflichtungen habe ich?",
	"Wann und wie zahle ich?", "Wann beginnt und endet die Deckung?", "Wie kann ich den Vertrag kündigen?",
}

func checkDocuments(t *testing.T, p caller, number string) {
	t.Helper()
	_, files := documents(t, p, number)
	certificate, information := files["certificate_"+number+".pdf"], files["pib_"+number+".pdf"]
	if len(files) != 2 {
		t.Errorf("the archive holds %d files", len(files))
	}
	for name, file := range files {
		if !bytes.HasPrefix(file, []byte("%PDF-")) {
			t.Errorf("%s is no PDF", name)
		}
	}
	if !strings.Contains(pdfText(t, certificate), number) {
		t.Errorf("the certificate does not show %s", number)
	}
	text := pdfText(t, information)
	for _, heading := range headings {
		if !strings.Contains(text, heading) {
			t.Errorf("the information document lacks %q", heading)
		}
	}
}

// pdfText is the text of a PDF in one line.
func pdfText(t *testing.T, pdf []byte) string {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("COVERNOTE_TEST_WITHOUT"), ","), "pdf") {
		t.Skip("NOT RUN: --without=pdf")
	}
	file := filepath.Join(t.TempDir(), "document.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	program := "pdftotext"
	if folder := os.Getenv("COVERNOTE_TEST_POPPLER"); folder != "" {
		program = filepath.Join(folder, program)
	}
	text, err := exec.CommandContext(t.Context(), program, "-raw", file, "-").Output()
	if err != nil {
		t.Fatalf("PDF tests need poppler: run go run ./internal/ci (or go run ./internal/ci --without=pdf): %v", err)
	}
	return strings.Join(strings.Fields(string(text)), " ")
}

// checkWithdrawal withdraws a contract of today: everything is given back.
func checkWithdrawal(t *testing.T, p caller, number string, premium json.Number) {
	t.Helper()
	live := p.contracts(t, "")
	if len(live) != 1 || live[0].CertificateNumber != number || live[0].Status != "ACTIVE" {
		t.Fatalf("listed %+v", live)
	}
	got := p.want(t, http.StatusOK, http.MethodPost, "/services/integrator/contracts/"+number+"/cancel", []byte(`{"reason":"WITHDRAWAL"}`))
	var ended struct {
		Contracts []struct{ Refund json.Number }
	}
	decode(t, got.body, &ended)
	if len(ended.Contracts) != 1 || ended.Contracts[0].Refund != premium {
		t.Errorf("given back %+v of %s", ended.Contracts, premium)
	}
	if left := p.contracts(t, ""); len(left) != 0 {
		t.Errorf("still listed: %+v", left)
	}
	if all := p.contracts(t, "status=ALL"); len(all) != 1 || all[0].CertificateNumber != number || all[0].Status == "ACTIVE" {
		t.Errorf("listed with those that ended: %+v", all)
	}
}

// Whoever finds the sandbox ready finds the file, which nobody else may read
// and which says the same as the sandbox itself.
func TestSandboxFileStandsBeforeItIsReady(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		at, addr := newPlace(t, engine), freeAddress(t)
		file := filepath.Join(at.folder, "sandbox.json")
		began := time.Now()
		p := begin(t, nil, append([]string{"sandbox", "--addr", addr}, at.args()...)...)
		c := caller{url: "http://" + addr}
		eventually(t, "the sandbox is ready", func() bool {
			if p.over() {
				t.Fatalf("the sandbox ended: %s", p.log.String())
			}
			got, err := c.try(t.Context(), http.MethodGet, "/readyz", nil)
			return err == nil && got.status == http.StatusOK
		})
		took := time.Since(began)
		t.Logf("ready in %s", took)
		if took > 5*time.Second {
			t.Errorf("ready in %s, which nobody waits for", took)
		}
		state, err := os.Stat(file)
		if err != nil || state.Mode().Perm() != 0o600 {
			t.Fatalf("sandbox.json: %v, %v", state, err)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		said := c.want(t, http.StatusOK, http.MethodGet, "/sandbox/info", nil).body
		clock := regexp.MustCompile(`T\d\d:\d\d:\d\dZ`) // which runs on between the two
		if a, b := clock.ReplaceAllString(canonical(t, text), ""), clock.ReplaceAllString(canonical(t, said), ""); a != b {
			t.Errorf("sandbox.json says\n%s\nand the sandbox\n%s", a, b)
		}
		c.want(t, http.StatusOK, http.MethodGet, "/healthz", nil)
	})
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func canonical(t *testing.T, text []byte) string {
	t.Helper()
	var value any
	decode(t, text, &value)
	again, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(again)
}

// Every sample books as it stands, today and after the clock has moved.
func TestSamplesSucceedAsTheyStand(t *testing.T) {
	t.Parallel()
	s := openSandbox(t, storetest.SQLite)
	for _, by := range []string{"", "P40D", "P1Y"} {
		if by != "" {
			s.advance(t, by)
		}
		for _, a := range []account{s.info.Hepster, s.info.Others.Hepster} {
			if len(a.Samples) != 3 {
				t.Fatalf("there are %d samples", len(a.Samples))
			}
			for name, sample := range a.Samples {
				before := len(a.caller().contracts(t, "status=ALL"))
				a.caller().want(t, http.StatusOK, http.MethodPost, orderPath, sample)
				eventually(t, fmt.Sprintf("%s of %s is booked after %q", name, a.Username, by), func() bool {
					return len(a.caller().contracts(t, "status=ALL")) == before+1
				})
			}
		}
	}
	s.place().check(t)
}

// A sandbox goes on where it was, with the same credentials and the same
// bytes, until it is told to begin anew.
func TestSandboxComesBack(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		s := openSandbox(t, engine)
		number := s.book(t, order{reference: "KEPT"})
		archive, _ := documents(t, s.partner(), number)
		s.stop(t)

		again := s.place().open(t)
		if a, b := s.info.Hepster, again.info.Hepster; a.Username != b.Username || a.Password != b.Password || a.WebhookSecret != b.WebhookSecret {
			t.Error("the credentials have changed")
		}
		if same, _ := documents(t, again.partner(), number); !bytes.Equal(archive, same) {
			t.Error("the documents have changed")
		}
		if all := again.partner().contracts(t, ""); len(all) != 1 || all[0].CertificateNumber != number {
			t.Errorf("listed %+v", all)
		}
		again.stop(t)

		fresh := s.place().open(t, "--reset")
		if fresh.info.Hepster.Password == s.info.Hepster.Password {
			t.Error("a new sandbox has the old password")
		}
		if all := fresh.partner().contracts(t, "status=ALL"); len(all) != 0 {
			t.Errorf("a new sandbox lists %+v", all)
		}
		if left := fresh.inbox(t); len(left) != 0 {
			t.Errorf("a new sandbox has %d messages", len(left))
		}
	})
}

// Nothing live runs on a database whose credentials anyone can read, and no
// sandbox on a live one.
func TestSandboxAndLiveDatabasesAreKeptApart(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		s := openSandbox(t, engine)
		s.stop(t)
		environment := configuration(t, s.place().dsn())
		for _, args := range [][]string{{"serve"}, {"partner", "list"}, {"migrate"}} {
			o := command(t, environment, append(args, "--config", environment["COVERNOTE_CONFIG"])...)
			if o.status != 1 || !strings.Contains(o.errs, "belongs to a sandbox") {
				t.Errorf("%v on a sandbox's database: %+v", args, o)
			}
		}

		live := storetest.DSN(t, engine)
		done(t, configuration(t, live), "migrate")
		for _, more := range []string{"", "--reset"} {
			args := slices.DeleteFunc([]string{"sandbox", "--addr", "127.0.0.1:0", "--data", t.TempDir(), "--database", live, more},
				func(arg string) bool { return arg == "" })
			o := command(t, nil, args...)
			if o.status != 1 || !strings.Contains(o.errs, "holds live partners") {
				t.Errorf("sandbox %s on a live database: %+v", more, o)
			}
		}
	})
}

// Several sandboxes on one database are nodes of one sandbox.
func TestSandboxesOnOneDatabase(t *testing.T) {
	t.Parallel()
	one := openSandbox(t, storetest.Postgres)
	two := place{folder: filepath.Join(t.TempDir(), "second"), database: one.database}.open(t)
	if a, b := one.info.Hepster, two.info.Hepster; a.Username != b.Username || a.Password != b.Password || a.WebhookSecret != b.WebhookSecret {
		t.Error("the nodes have different credentials")
	}
	number := one.book(t, order{reference: "SHARED"})
	if _, hook := two.told(t, "SHARED"); hook.Contracts[0].CertificateNumber != number {
		t.Errorf("the other node was told of %s", hook.Contracts[0].CertificateNumber)
	}
	if all := two.partner().contracts(t, ""); len(all) != 1 {
		t.Errorf("the other node lists %+v", all)
	}
	a, _ := documents(t, one.partner(), number)
	if b, _ := documents(t, two.partner(), number); !bytes.Equal(a, b) {
		t.Error("the nodes have different documents")
	}
	before := two.now(t)
	one.advance(t, "P10D")
	if moved := two.now(t).Sub(before); moved < 240*time.Hour {
		t.Errorf("the other node's clock moved by %s", moved)
	}
	one.place().check(t)
}
