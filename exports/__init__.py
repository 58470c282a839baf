"""Plain results in, files out: tables, spreadsheets, PDFs, signatures. No Flask, no database."""
