"""What every process stands on: the bus, the database, settings, logs, health. Knows nothing of mail or agendas."""
