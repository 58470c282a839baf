"""The organiser's first page: what needs attention, who came how far, how the jury gets on."""
