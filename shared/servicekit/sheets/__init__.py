"""Sheets that people send and take away: workbooks (XLSX) and delimited text (CSV), read and written safely."""
