"""Files of the back office: receipts made elsewhere, the white list."""
