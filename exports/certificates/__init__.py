"""Certificates: their texts, designs and numbers; issued, as badges, and verified offline."""
