"""カレンダー: the days of a member for calendars that know a secret address."""
