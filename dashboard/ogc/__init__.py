"""The open API: OGC API - Features over the same engine, for QGIS, GDAL and notebooks; it only reads."""
