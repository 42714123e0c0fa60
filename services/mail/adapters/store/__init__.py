"""The mail store on PostgreSQL. `unit` and `counts` hold the rules of every write; each other page is one idea."""
