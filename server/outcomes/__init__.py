"""What came of shared items: the ledgers of responses and of sourced results, apart from the credit for effort."""
