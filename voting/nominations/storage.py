"""Where photos and proofs of nominations lie. Only permission-checked views read them."""

from typing import Final

from voting.seasons.file_folder import FileFolder

FILES: Final = FileFolder("nominations")
# Scans of clearances: apart, since only reviewers may ever see them.
CLEARANCES: Final = FileFolder("clearances")
