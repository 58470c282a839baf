"""The team: invitations, what members say of themselves, who leads, and everybody's consents."""
