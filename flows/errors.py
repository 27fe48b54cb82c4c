"""What users can cause or mend: errors whose message is all they need. Loads nothing, for commands that start fast."""


class UnknownSource(ValueError):
    """No spider has this id."""


class MixedData(ValueError):
    """The demo's invented news and real news do not go into one database."""


class BadSettings(ValueError):
    """A setting cannot be used; the message names its key and never its value."""


class ClockWrong(ValueError):
    """The machine's clock cannot be right."""


class NotAdded(ValueError):
    """The source could not be written; the message says why, in one line."""


class LexiconError(ValueError):
    """A lexicon cannot be used as it is; the message names file, line, rule and phrase."""


class BadDocument(ValueError):
    """A document cannot be used; the message names it and says why, in one line."""


class BadExport(ValueError):
    """What is to be exported does not exist; the message says what does."""


class NotInstalled(RuntimeError):
    """A part of the program needs a library that is not installed; the message says how to get it."""
