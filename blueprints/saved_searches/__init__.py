"""保存した検索: keeping a search, its list, and the mails about what it finds."""
