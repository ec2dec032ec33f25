package planted

// Variable is the environment variable that names the planted bug. Only builds
// with the tag "planted" read it.
const Variable = "COVERNOTE_PLANT"

// Name is a bug that can be planted, as Variable says it.
type Name string

// The bugs. Each says what goes wrong, and which promise must notice.
const (
	// AcknowledgeBeforeCommit: a change list is answered "stored" when it is
	// taken from the queue, before anything was written. Broken: what was
	// acknowledged is there, whatever becomes of the storage.
	AcknowledgeBeforeCommit Name = "acknowledge-before-commit"
	// NormalSync: SQLite writes with synchronous=NORMAL, which forgets
	// acknowledged transactions when the power fails. Broken: what was
	// acknowledged is there; every connection that writes says FULL.
	NormalSync Name = "normal-sync"
	// NoticeAfterCommit: the notices of an event are written after the event,
	// in a commit of their own. Broken: each event has its notices, wherever
	// the process dies.
	NoticeAfterCommit Name = "notice-after-commit"
	// NoUniqueIndex: nobody looks whether a natural key was still free when it
	// was taken. Broken: one policy for one wish, however many ask at once.
	NoUniqueIndex Name = "no-unique-index"
	// NoFence: work is stored without asserting the epoch of its lease.
	// Broken: a node that slept through the loss of a lease writes nothing.
	NoFence Name = "no-fence"
	// LeaseRenewedByName: a lease is prolonged by whoever knows its name; who
	// holds it, and under which epoch, is not compared. Broken: what one node
	// has lost, it does not take back from another.
	LeaseRenewedByName Name = "lease-renewed-by-name"
	// PremiumApartFromEvent: a policy moves on to its next premium in one
	// commit, and the event that tells of it follows in another. Broken: one
	// event for each premium, and none missing, wherever the process dies.
	PremiumApartFromEvent Name = "premium-apart-from-event"
	// RetryInMemory: the next try of a notice that was not taken is not
	// written down. Broken: a notice is tried until it is delivered or given
	// up, also after a restart.
	RetryInMemory Name = "retry-in-memory"
	// SignatureOverReencoded: the signature is made over the body decoded and
	// encoded again, instead of over the bytes that are sent. Broken: who
	// compares the body as it was received finds the signature right.
	SignatureOverReencoded Name = "signature-over-reencoded"
	// TenantFilterDropped: the archive of documents finds a policy by its
	// number alone, whosever it is. Broken: no partner sees, by any route,
	// that another has a policy.
	TenantFilterDropped Name = "tenant-filter-dropped"
	// KeyWithoutPrint: what a repetition key was used for is not compared.
	// Broken: something else under a used key is refused.
	KeyWithoutPrint Name = "key-without-print"
	// ClaimKept: a natural key is not let go of when its policy has ended.
	// Broken: what has ended can be insured again.
	ClaimKept Name = "claim-kept"
	// EventSaysOtherwise: the event of a change says another day than the
	// version that it tells of. Broken: events tell what happened.
	EventSaysOtherwise Name = "event-says-otherwise"
	// WorkingForgotten: how an announced renewal was rated is not kept.
	// Broken: each premium has a price working.
	WorkingForgotten Name = "working-forgotten"
	// StepNotAlone: a step that could not be decided together with others is
	// not decided by itself. Broken: one row that is bad holds up no other.
	StepNotAlone Name = "step-not-alone"
)

// All lists every bug.
func All() []Name {
	return []Name{
		AcknowledgeBeforeCommit, NormalSync, NoticeAfterCommit, NoUniqueIndex, NoFence, LeaseRenewedByName,
		PremiumApartFromEvent, RetryInMemory, SignatureOverReencoded, TenantFilterDropped,
		KeyWithoutPrint, ClaimKept, EventSaysOtherwise, WorkingForgotten, StepNotAlone,
	}
}
