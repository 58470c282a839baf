"""Certificates: who gets which, how they look, issuing, re-issuing, revoking."""
