"""Event files of other people, one small file per format: columns in, rows of the one table out."""
