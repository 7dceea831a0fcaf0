"""The simulator: a carrier that misbehaves on request, phones to write with, and a page. For a sandbox alone."""
