"""`python -m localcloud`: a local Sonube until Ctrl-C."""

import signal
import sys

if __name__ == "__main__":
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # There is nothing to clean up while modules are imported, and no stack trace to show.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from localcloud.server import main

    sys.exit(main())
