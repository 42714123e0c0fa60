"""What the tests stand on: private servers, fresh databases, real processes, and the count of tests by kind."""
