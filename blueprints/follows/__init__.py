"""Following from worker pages and lists, and コンタクト."""
