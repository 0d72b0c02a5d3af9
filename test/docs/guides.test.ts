/** The code of the guides, run as it stands there. One file, because each costs the start of a process. */
import './guides/operations.ts'
import './guides/profiles.ts'
import './guides/routes.ts'
import './guides/senders.ts'
import './guides/testing.ts'
import './guides/text.ts'
