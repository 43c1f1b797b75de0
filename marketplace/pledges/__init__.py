"""機密保持確認: a pledge that is read, understood and signed; what is kept of it can be proven and not changed."""
