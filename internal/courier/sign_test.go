package courier

import (
	"errors"
	"net/http"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"pgregory.net/rapid"
)

var (
	signedAt = time.Unix(1_767_225_600, 999_999_000).UTC()
	secret   = []byte("a secret of the sandbox")
	notice   = []byte(`{"status":{"id":200}}`)
)

// The value was computed with: printf '%s.%s' 1767225600 "$body" | openssl
// dgst -sha256 -hmac "$secret".
const signature = "t=1767225600,v1=22ca25004e76795defeecfb1ab18ba98c5a1ae531396830d4a96e51432597278"

func TestSignature(t *testing.T) {
	t.Parallel()
	if got := Signature(notice, signedAt, secret); got != signature {
		t.Fatalf("got %s", got)
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	v1 := signature[len("t=1767225600,"):]
	cases := []struct {
		name, header string
		age          time.Duration
		want         error
	}{
		{"as sent", signature, 0, nil},
		{"spaces", "t=1767225600, " + v1, 0, nil},
		{"other order", v1 + ",t=1767225600", 0, nil},
		{"two secrets", "t=1767225600,v1=00," + v1, 0, nil},
		{"unknown part", signature + ",v2=xyz", 0, nil},
		{"at the limit", signature, 5 * time.Minute, nil},
		{"clock behind", signature, -5 * time.Minute, nil},
		{"too old", signature, 5*time.Minute + time.Second, ErrSignatureStale},
		{"from the future", signature, -5*time.Minute - time.Second, ErrSignatureStale},
		{"other time", "t=1767225601," + v1, 0, ErrSignatureWrong},
		{"time spelled otherwise", "t=+1767225600," + v1, 0, ErrSignatureWrong},
		{"cut off", signature[:len(signature)-2], 0, ErrSignatureWrong},
		{"empty mac", "t=1767225600,v1=", 0, ErrSignatureWrong},
		{"not hexadecimal", "t=1767225600,v1=zz", 0, ErrSignatureMalformed},
		{"two times", "t=1767225600," + signature, 0, ErrSignatureMalformed},
		{"no time", v1, 0, ErrSignatureMalformed},
		{"no mac", "t=1767225600", 0, ErrSignatureMalformed},
		{"time no number", "t=today," + v1, 0, ErrSignatureMalformed},
		{"time beyond numbers", "t=99999999999999999999," + v1, 0, ErrSignatureMalformed},
		{"older scheme only", "t=1767225600,v0=00", 0, ErrSignatureMalformed},
		{"empty", "", 0, ErrSignatureMalformed},
		{"commas", ",,,", 0, ErrSignatureMalformed},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			now := time.Unix(1_767_225_600, 0).Add(c.age)
			if err := Verify(secret, notice, c.header, now, 5*time.Minute); !errors.Is(err, c.want) {
				t.Fatalf("got %v, want %v", err, c.want)
			}
		})
	}
}

// What was signed is accepted, and nothing else is: not with one bit of the
// body, the secret or the time changed.
func TestSignatureProperties(t *testing.T) {
	t.Parallel()
	bytes := rapid.SliceOfN(rapid.Byte(), 1, 200)
	rapid.Check(t, func(t *rapid.T) {
		secret, body := bytes.Draw(t, "secret"), bytes.Draw(t, "body")
		at := time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "at"), 0)
		header := Signature(body, at, secret)
		if err := Verify(secret, body, header, at, 0); err != nil {
			t.Fatal(err)
		}
		changed := rapid.SampledFrom([][]byte{secret, body}).Draw(t, "changed")
		changed[rapid.IntRange(0, len(changed)-1).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		if err := Verify(secret, body, header, at, 0); !errors.Is(err, ErrSignatureWrong) {
			t.Fatalf("got %v", err)
		}
	})
}

func FuzzVerify(f *testing.F) {
	f.Add(signature)
	f.Add("t=,v1=,=,")
	f.Fuzz(func(t *testing.T, header string) {
		if err := Verify([]byte("another secret"), notice, header, signedAt, time.Hour); err == nil {
			t.Fatalf("accepted %q", header)
		}
	})
}

// While a secret is being replaced, whoever knows either of the two finds a
// signature that is right.
func TestTwoSecretsSign(t *testing.T) {
	t.Parallel()
	body, now := []byte("{}"), time.Now()
	h := http.Header{SignatureHeader: {Signature(body, now, []byte("new"), []byte("old"))}}
	signStandard(h, "notice", body, now, [][]byte{[]byte("new"), []byte("old")})
	for _, known := range []string{"new", "old"} {
		if err := Verify([]byte(known), body, h.Get(SignatureHeader), now, time.Minute); err != nil {
			t.Errorf("ours with %s: %v", known, err)
		}
		verifier, err := standardwebhooks.NewWebhook(StandardSecret(known))
		if err == nil {
			err = verifier.Verify(body, h)
		}
		if err != nil {
			t.Errorf("the standard one with %s: %v", known, err)
		}
	}
	if Verify([]byte("other"), body, h.Get(SignatureHeader), now, time.Minute) == nil {
		t.Error("another secret verifies")
	}
	if got := StandardSecret("whsec_b3du"); got != "whsec_b3du" {
		t.Errorf("a secret of that form becomes %s", got)
	}
}
