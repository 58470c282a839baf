"""What every PDF is made with: pages laid out in a confined process, fonts, drawings, plates."""
