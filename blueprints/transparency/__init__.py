"""廃棄証明の記録: the public log, and having a receipt checked."""
