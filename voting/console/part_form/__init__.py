"""What counts, and by which criteria: the components of a result as forms, and the way back."""

from voting.console.part_form.criteria import ScoringForm, rows_of
from voting.console.part_form.part import NewPartForm, PartForm
from voting.console.part_form.whole import WholeForm

__all__ = ["NewPartForm", "PartForm", "ScoringForm", "WholeForm", "rows_of"]
