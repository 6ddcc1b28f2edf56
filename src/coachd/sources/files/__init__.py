"""What an athlete brings as files: exports and recordings, read without any account."""
