"""Pure rules of agendas: JSCalendar objects and their recurrences. No framework, no I/O."""
