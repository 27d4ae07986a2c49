"""Static files under names that carry their content's hash, so that browsers may keep them."""

from servestatic.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped
    """Also rewrites the names in ``import`` lines of modules."""

    support_js_module_import_aggregation = True
