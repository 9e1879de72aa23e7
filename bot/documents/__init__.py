"""Documents: pages as PDF, set by Typst from the templates here, in a process of its own."""
