"""Raw cells in (xlsx, csv, parquet) and results out. Nothing here knows what a value means."""
