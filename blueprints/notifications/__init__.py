"""お知らせ: the page, how one wants to be told, and the mails."""
