from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Static files under names with a hash, precompressed; also where one JavaScript module imports another."""

    support_js_module_import_aggregation = True
