"""Rules of law as pure functions, one file a service: facts in, reasons out. They ask nobody and know no clock."""
