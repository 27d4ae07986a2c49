"""Where what is handed in with objections lies. Only permission-checked views read it."""

from typing import Final

from voting.seasons.file_folder import FileFolder

FILES: Final = FileFolder("objections")
