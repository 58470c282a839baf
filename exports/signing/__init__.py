"""Keys, the signed payload of a QR code, and signatures of PDF files."""
