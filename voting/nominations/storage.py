"""Where photos and proofs of nominations lie. Only permission-checked views read them."""

from typing import Final

from voting.seasons.file_folder import FileFolder

FILES: Final = FileFolder("nominations")
