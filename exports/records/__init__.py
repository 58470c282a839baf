"""Records that anybody can check: result bundles and audit exports, each under its seal."""
