"""Which versions of an article are edits by its publisher, and what these changed.

`history` judges the visits to a page, `versions` says what of a version counts, and `volatile` what does not. `changes`
tells two texts apart, and `notices` finds where the publisher speaks of a change.
"""
