"""Nominations as spreadsheets: read with suspicion, written so that no cell is a formula."""
