"""機密保持確認: reading the pledge, the check of understanding, signing, withdrawing."""
